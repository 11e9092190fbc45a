"""Real copies and restores of a real database: which of them lock sending, and which do not."""

import os
import shutil
import subprocess
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import connection

from subscribers import witness
from subscribers.witness import testimony, whereabouts
from tests.factories import NOW
from tests.servers import unavailable

pytestmark = pytest.mark.django_db(transaction=True)

on_postgresql = pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL only")


@pytest.fixture(autouse=True)
def _only_these_witnesses(monkeypatch) -> None:
    monkeypatch.setattr(testimony, "_redis", testimony._Redis())


@contextmanager
def _in(name: str) -> Iterator[None]:
    """Work in another database while the block runs, as a process would that is pointed at it."""
    mine = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = mine


def _may_send() -> bool:
    return witness.begin(now=NOW) is not None


def _lose_the_witnesses(settings) -> None:
    cache.clear()
    (settings.VAR_DIR / testimony.FILE).unlink()


# --- PostgreSQL ---


def _run(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def _tool(name: str, *arguments: str) -> None:
    if shutil.which(name) is None:
        unavailable(f"{name} is not installed")
    at = connection.settings_dict
    environment = {
        "PGHOST": at["HOST"],
        "PGPORT": str(at["PORT"] or 5432),
        "PGUSER": at["USER"],
        "PGPASSWORD": at["PASSWORD"],
    }
    subprocess.run([name, *arguments], env=os.environ | environment, check=True)


@pytest.fixture
def databases() -> Iterator[Callable[..., str]]:
    """Makes databases of our own beside that of the tests, and drops them."""
    if connection.vendor != "postgresql":
        pytest.skip("PostgreSQL only")
    mine, made = connection.settings_dict["NAME"], []

    def make(template: str = "template0") -> str:
        name = f"{mine}_{uuid.uuid4().hex[:8]}"
        made.append(name)
        with _in("postgres"):
            _run(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    yield make
    with _in("postgres"):
        for name in made:
            _run(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def original(databases) -> str:
    """A database that has sent."""
    name = databases(connection.settings_dict["NAME"])
    with _in(name):
        assert _may_send()
    return name


def test_a_dump_that_is_restored_into_a_new_database(databases, original, tmp_path):
    dump = str(tmp_path / "dump")
    _tool("pg_dump", "-Fc", "-f", dump, original)
    restored = databases()
    _tool("pg_restore", "-d", restored, dump)

    with _in(restored):
        assert not _may_send()
        assert witness.locked().reason == witness.MOVED
    with _in(original):
        assert _may_send()


def test_a_clone_on_the_same_server(databases, original):
    with _in(databases(original)):
        assert not _may_send()
        assert witness.locked().reason == witness.MOVED
    with _in(original):
        assert _may_send()


def test_a_dump_that_is_restored_over_its_own_database_with_the_witnesses_lost(
    original, tmp_path, settings
):
    dump = str(tmp_path / "dump")
    _tool("pg_dump", "-Fc", "-f", dump, original)
    _tool("pg_restore", "--clean", "-d", original, dump)
    _lose_the_witnesses(settings)

    with _in(original):
        assert not _may_send()
        assert witness.locked().reason == witness.MOVED


def test_rows_that_are_put_back_into_the_same_tables(original):
    """What a restore of the server's files or of rows alone looks like: only the count is less."""
    with _in(original):
        _run("CREATE TABLE backup AS SELECT * FROM subscribers_sendinglock")
        assert _may_send()
        _run("DELETE FROM subscribers_sendinglock")
        _run("INSERT INTO subscribers_sendinglock SELECT * FROM backup")

        assert not _may_send()
        assert witness.locked().reason == witness.BEHIND


def test_a_new_name_and_a_rewrite_of_its_tables_change_nothing(original):
    with _in(original):
        _run("VACUUM FULL")
        assert _may_send()
    renamed = f"{original}_renamed"
    with _in("postgres"):
        _run(f'ALTER DATABASE "{original}" RENAME TO "{renamed}"')
    try:
        with _in(renamed):
            assert _may_send()
    finally:
        with _in("postgres"):
            _run(f'DROP DATABASE "{renamed}"')


def test_a_role_that_may_not_ask_for_the_cluster_still_tells_a_clone(
    databases, original, monkeypatch
):
    whereabouts._may_name_cluster.cache_clear()
    monkeypatch.setattr(whereabouts, "_MAY_ASK", "SELECT FALSE")
    try:
        source = databases(connection.settings_dict["NAME"])
        with _in(source):
            assert _may_send()
            assert whereabouts.read().place.startswith("postgresql - ")
        with _in(databases(source)):
            assert not _may_send()
        with _in(source):
            assert _may_send()
    finally:
        whereabouts._may_name_cluster.cache_clear()


@on_postgresql
def test_it_asks_first_whether_it_may_name_the_cluster():
    whereabouts._may_name_cluster.cache_clear()
    assert whereabouts._may_name_cluster()
    role = f"nobody_{uuid.uuid4().hex[:8]}"
    _run("REVOKE EXECUTE ON FUNCTION pg_control_system() FROM PUBLIC")
    _run(f"CREATE ROLE {role}")
    try:
        whereabouts._may_name_cluster.cache_clear()
        _run(f"SET ROLE {role}")
        assert not whereabouts._may_name_cluster()
    finally:
        _run("RESET ROLE")
        _run(f"DROP ROLE {role}")
        _run("GRANT EXECUTE ON FUNCTION pg_control_system() TO PUBLIC")
        whereabouts._may_name_cluster.cache_clear()


# --- SQLite ---


@pytest.fixture
def sqlite(tmp_path: Path) -> Path:
    """A database file that has sent, in a folder of its own."""
    if connection.vendor != "sqlite":
        pytest.skip("SQLite only")
    path = tmp_path / "var" / "newsletter.sqlite3"
    path.parent.mkdir()
    _copy(Path(connection.settings_dict["NAME"]), path)
    with _in(str(path)):
        assert _may_send()
    return path


def _copy(source: Path, target: Path) -> None:
    """A whole copy of a database file: what it has still to write into itself goes with it."""
    with _in(str(source)):
        _run("PRAGMA wal_checkpoint(TRUNCATE)")
    # In a process of its own: where one closes a file that it also has open as a database, all
    # its locks on it are gone, and another takes away the log that it still writes.
    subprocess.run(["cp", source, target], check=True)


def test_a_file_that_is_copied_to_another_place(sqlite):
    copy = sqlite.with_name("copy.sqlite3")
    _copy(sqlite, copy)

    with _in(str(copy)):
        assert not _may_send()
        assert witness.locked().reason == witness.MOVED
    with _in(str(sqlite)):
        assert _may_send()


def test_a_backup_that_is_moved_to_where_the_file_was(sqlite, settings):
    backup = sqlite.with_name("backup.sqlite3")
    _copy(sqlite, backup)
    _lose_the_witnesses(settings)
    backup.replace(sqlite)

    with _in(str(sqlite)):
        assert not _may_send()
        assert witness.locked().reason == witness.MOVED


def test_a_backup_that_is_written_into_the_same_file(sqlite):
    backup = sqlite.with_name("backup.sqlite3")
    _copy(sqlite, backup)
    with _in(str(sqlite)):
        assert _may_send()
    _copy(backup, sqlite)

    with _in(str(sqlite)):
        assert not _may_send()
        assert witness.locked().reason == witness.BEHIND


def test_a_folder_that_is_moved(sqlite):
    moved = sqlite.parent.with_name("moved")
    sqlite.parent.rename(moved)

    with _in(str(moved / sqlite.name)):
        assert not _may_send()
