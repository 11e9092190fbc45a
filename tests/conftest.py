"""What every test has: a database in a file, no network, and real servers for those that ask.

A test that names `broker` gets a real Valkey or Redis, one that names `worker` a real Celery worker
besides. All others have a cache in memory, and tasks that they send go nowhere.
"""

import gc
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import kombu.pools
import pytest
from celery import current_app
from django.conf import settings as django_settings
from django.core.cache import cache
from django.db import connection

from config.watching import standing
from newsletter.tracking import stream
from subscribers import offers
from subscribers.abuse import flood
from tests.servers import Broker, Worker

# By one of these a test has a database.
_DATABASE = {"db", "transactional_db", "live_server", "_django_db_helper"}

_WRITTEN_BY_MIGRATIONS = {
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "django_content_type",
}


def pytest_collection_finish() -> None:
    """What has been imported stays, and need not be searched for rubbish again and again.

    Nor what a test makes, as often as Python would: that took a fifth of the whole time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 10, 50)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A second pass, on PostgreSQL, leaves out what cannot differ by the database.

    That is, tests that have none, and those of what a browser or a mail shows.
    """
    if django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    same = [one for one in items if not _may_differ(one)]
    config.hook.pytest_deselected(items=same)
    items[:] = [one for one in items if _may_differ(one)]


def _may_differ(item: pytest.Item) -> bool:
    if item.get_closest_marker("needs_browser") or "rendering" in item.path.parts:
        return False
    named = _DATABASE.intersection(getattr(item, "fixturenames", ()))
    return bool(named) or item.get_closest_marker("django_db") is not None


@pytest.fixture(scope="session", autouse=True)
def _quick_passwords() -> None:
    """The hash of a password is slow on purpose, which no test is about."""
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory,
    django_db_modify_db_settings_parallel_suffix: None,
) -> None:
    """Put a SQLite test database in a file, which workers and live servers can open too."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        path = tmp_path_factory.mktemp("database") / "test.sqlite3"
        database["TEST"]["NAME"] = str(path)


@pytest.fixture(scope="session", autouse=True)
def _emptying_append_only_tables() -> Iterator[None]:
    """Between transactional tests all tables are emptied, which triggers refuse.

    But for the groups and their rights, which a migration wrote.
    """
    operations = type(connection.ops)
    empty = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: list[str], **options: bool) -> list[str]:
        off, on = _without_triggers(self.connection)
        emptied = [table for table in tables if table not in _WRITTEN_BY_MIGRATIONS]
        return [*off, *empty(self, style, emptied, **options), *on]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield


def _without_triggers(at: Any) -> tuple[list[str], list[str]]:
    """The statements that take the triggers away, and those that put them back."""
    with at.cursor() as cursor:
        if at.vendor == "sqlite":
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            found = cursor.fetchall()
            return [f"DROP TRIGGER {name}" for name, _ in found], [sql for _, sql in found]
        cursor.execute(
            "SELECT tgrelid::regclass, tgname FROM pg_trigger WHERE tgname LIKE '%no_truncate'"
        )
        change = [f"ALTER TABLE {table} {{}} TRIGGER {name}" for table, name in cursor.fetchall()]
    return [one.format("DISABLE") for one in change], [one.format("ENABLE") for one in change]


@pytest.fixture(scope="session")
def _broker_process() -> Iterator[Broker]:
    server = Broker()
    try:
        server.start()
        yield server
    finally:
        server.stop()


@pytest.fixture
def broker(_broker_process: Broker, _surroundings: None) -> Broker:
    """A real broker, empty, in use by the cache and by everything that sends a task."""
    return _broker_process


@pytest.fixture
def mortal_broker(settings: pytest.FixtureRequest, _surroundings: None) -> Iterator[Broker]:
    """A real broker for one test only, which may stop it."""
    server = Broker(own=True)
    try:
        server.start()
        _use_redis(server, settings)
        yield server
    finally:
        server.stop()


@pytest.fixture
def worker(broker: Broker, transactional_db: None, tmp_path: Path) -> Iterator[Worker]:
    """A real worker for all queues; the test needs `transaction=True`."""
    process = Worker(broker=broker, log=tmp_path / "worker.log")
    try:
        process.start()
        yield process
    finally:
        process.kill()


@pytest.fixture
def free_port() -> int:
    """A port on loopback at which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(autouse=True)
def _surroundings(
    request: pytest.FixtureRequest,
    settings: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    settings.VAR_DIR = tmp_path
    # What one test wrote is not what the next one reads.
    monkeypatch.setattr(offers, "KEPT", 0.0)
    monkeypatch.setattr(flood, "_uncounted", flood._Uncounted())
    # Nor is the Redis that one test stopped the one that the next is given.
    monkeypatch.setattr(stream, "_away", stream._Away())
    # No worker is there for most tests, and no page shall say so.
    monkeypatch.setattr(standing, "ask", lambda: (None, None))
    monkeypatch.setattr(standing, "kept", standing.Kept())
    monkeypatch.setattr(standing, "GRACE_SECONDS", 0.0)
    settings.MEDIA_ROOT = tmp_path / "media"
    if "broker" in request.fixturenames:
        server = request.getfixturevalue("_broker_process")
        server.clear()
        _use_redis(server, settings)
    else:
        backend = "django.core.cache.backends.locmem.LocMemCache"
        settings.CACHES = {"default": {"BACKEND": backend}}
        _use_broker("memory://", prefix="")
        cache.clear()
    yield
    cache.close()


def _use_redis(server: Broker, settings: pytest.FixtureRequest) -> None:
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.REDIS_URL = server.url
    settings.CACHES = {
        "default": {
            "BACKEND": backend,
            "LOCATION": server.url,
            "KEY_PREFIX": f"{server.prefix}newsletter",
        }
    }
    _use_broker(server.url.replace("unix://", "redis+socket://", 1), prefix=server.prefix)


def _use_broker(url: str, *, prefix: str) -> None:
    """Point the Celery application of this process at `url`, dropping open connections."""
    options = dict(django_settings.CELERY_BROKER_TRANSPORT_OPTIONS)
    if current_app.conf.broker_url == url:
        return
    current_app.conf.broker_url = url
    current_app.conf.broker_transport_options = options | {"global_keyprefix": prefix}
    kombu.pools.reset()
    current_app._after_fork()
