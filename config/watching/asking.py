"""What is asked of database and broker: each within a second, whatever became of them."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import cache as once
from typing import TypeVar

import redis
import structlog
from django.conf import settings
from django.core.cache import cache
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from redis.backoff import NoBackoff
from redis.retry import Retry

from newsletter.tasks import PLAN_KEY
from subscribers import heartbeats
from subscribers.clock import database_now
from subscribers.database import impatient
from subscribers.tasks import TICK_KEY

MOST_SECONDS = 1.0

Found = TypeVar("Found")
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class DatabaseFacts:
    """What the database says; the rest is empty while migrations are missing."""

    now: datetime
    unmigrated: tuple[str, ...]
    seen: tuple[tuple[str, datetime], ...] = ()
    # Why sending is locked; None when it is not.
    locked: str | None = None


@dataclass(frozen=True, slots=True)
class BrokerFacts:
    """What the broker says, by the database's clock; None where it knows of none.

    When the last tick of beat was worked on (of a minute), and when the planner last finished (of a
    day).
    """

    tick: datetime | None
    plan: datetime | None = None


def ask() -> tuple[DatabaseFacts | None, BrokerFacts | None]:
    """Both at once; None for the one that did not answer in time."""
    waiting = _start("database", ask_database), _start("broker", ask_broker)
    return _wait(waiting[0]), _wait(waiting[1])


def ask_database() -> DatabaseFacts:
    """Everything that is read from the database, over a connection of its own."""
    with impatient(seconds=int(MOST_SECONDS)) as connection:
        now = database_now(of=connection)
        unmigrated = tuple(sorted(_on_disk() - _applied(connection)))
        if unmigrated:
            return DatabaseFacts(now=now, unmigrated=unmigrated)
        seen = tuple(heartbeats.last_seen(of=connection))
        return DatabaseFacts(now=now, unmigrated=(), seen=seen, locked=_lock(connection))


def impatient_client(*, seconds: float) -> redis.Redis:
    """A connection of its own to the broker, which waits so long and tries once; answers in str."""
    return redis.Redis.from_url(
        settings.REDIS_URL,
        socket_connect_timeout=seconds,
        socket_timeout=seconds,
        # By itself the library tries ten times more.
        retry=Retry(NoBackoff(), 0),
        decode_responses=True,
    )


def ask_broker() -> BrokerFacts:
    """A ping, then the signs that tick and planner left."""
    client = impatient_client(seconds=MOST_SECONDS)
    try:
        client.ping()
    finally:
        client.close()
    return last_signs()


def last_signs() -> BrokerFacts:
    """The signs that tick and planner left; raises the library's error when the cache is away."""
    found = cache.get_many([TICK_KEY, PLAN_KEY])
    at = {key: datetime.fromisoformat(sign) for key, sign in found.items()}
    return BrokerFacts(tick=at.get(TICK_KEY), plan=at.get(PLAN_KEY))


@once
def _pool() -> ThreadPoolExecutor:
    # More than two: one that hangs on a dead network must not keep the next from being asked.
    return ThreadPoolExecutor(max_workers=6, thread_name_prefix="readyz")


def _start(what: str, question: Callable[[], Found]) -> Future[Found | None]:
    def answer() -> Found | None:
        try:
            return question()
        except Exception as error:  # noqa: BLE001
            # Away is what we came to learn; why, the log says.
            log.warning("not_ready", what=what, error=type(error).__name__)
            return None

    return _pool().submit(answer)


def _wait(question: Future[Found | None]) -> Found | None:
    try:
        return question.result(timeout=MOST_SECONDS)
    except TimeoutError:
        question.cancel()
        return None


@once
def _on_disk() -> frozenset[str]:
    loader = MigrationLoader(None, ignore_no_migrations=True)
    return frozenset(f"{app}.{name}" for app, name in loader.disk_migrations)


def _applied(connection: BaseDatabaseWrapper) -> frozenset[str]:
    with connection.cursor() as cursor:
        if "django_migrations" not in connection.introspection.table_names(cursor):
            return frozenset()
        cursor.execute("SELECT app, name FROM django_migrations")
        return frozenset(f"{app}.{name}" for app, name in cursor.fetchall())


def _lock(connection: BaseDatabaseWrapper) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT reason FROM subscribers_sendinglock WHERE locked_at IS NOT NULL")
        row = cursor.fetchone()
    return str(row[0]) if row else None
