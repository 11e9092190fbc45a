"""The database: whether it answers, which it is, its clock, and how many may still connect."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.utils import InterfaceError

from config.doctor.findings import failed, ok, warning
from config.watching.asking import DatabaseFacts, ask_database
from config.watching.readiness import Check
from subscribers.clock import SKEW, database_now, machine_now
from subscribers.database import impatient
from subscribers.mailing.errors import scrub

SECONDS = 3
# What Django 5.2 supports (docs.djangoproject.com, "PostgreSQL notes").
OLDEST = 14
# Clocks that NTP keeps differ by milliseconds.
CLOCKS_DIFFER = timedelta(seconds=2)
FEW_CONNECTIONS = 10


def look() -> Iterator[Check]:
    """Everything about it, over a connection of its own."""
    missing = _missing_file()
    if missing:
        yield missing
        return
    try:
        with impatient(seconds=SECONDS) as connection:
            yield from _of(connection)
        found = ask_database()
    except (DatabaseError, InterfaceError) as error:
        yield failed(
            "connection",
            scrub(str(error).strip() or type(error).__name__),
            "Look at DATABASE_URL, and whether its server runs and lets this machine in.",
        )
        return
    yield _migrations(found)


def _missing_file() -> Check | None:
    at = settings.DATABASES["default"]
    if not at["ENGINE"].endswith("sqlite3") or "memory" in str(at["NAME"]):
        return None
    if Path(at["NAME"]).exists():
        return None
    return failed(
        "connection",
        f"there is no file {at['NAME']}",
        "Run ./run, or set DATABASE_URL and run manage.py migrate.",
    )


def _of(connection: BaseDatabaseWrapper) -> Iterator[Check]:
    if connection.vendor == "postgresql":
        yield _version(connection)
        yield _connections(connection)
    elif settings.DEBUG:
        yield ok("connection", "SQLite answers: for one machine")
    else:
        yield warning(
            "connection",
            "SQLite answers, which is for one machine and few readers",
            "Give DATABASE_URL a PostgreSQL server before there is much to move.",
        )
    yield _clock(connection)


def _version(connection: BaseDatabaseWrapper) -> Check:
    major = _one(connection, "SELECT current_setting('server_version_num')::int / 10000")
    if int(major) < OLDEST:
        return failed(
            "connection",
            f"PostgreSQL {major} answers, which is too old",
            f"Upgrade it to {OLDEST} or newer.",
        )
    return ok("connection", f"PostgreSQL {major} answers")


def _connections(connection: BaseDatabaseWrapper) -> Check:
    most = int(
        _one(
            connection,
            "SELECT current_setting('max_connections')::int"
            " - current_setting('superuser_reserved_connections')::int",
        )
    )
    used = int(
        _one(
            connection,
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'",
        )
    )
    detail = f"{used} of {most} in use"
    if most - used >= FEW_CONNECTIONS:
        return ok("connections", detail)
    return warning(
        "connections",
        f"{detail}: few are left",
        "Raise max_connections of PostgreSQL, or run fewer processes and threads.",
    )


def _clock(connection: BaseDatabaseWrapper) -> Check:
    before = machine_now()
    told = database_now(of=connection)
    after = machine_now()
    # What lies within the question itself is no difference.
    off = max(told - after, before - told, timedelta(0)).total_seconds()
    remedy = "Keep both machines' clocks by NTP; mails wait until both say that it is time."
    if off >= SKEW.total_seconds():
        return failed("clock", f"differs from this machine's by {off:.0f} s", remedy)
    if off >= CLOCKS_DIFFER.total_seconds():
        return warning("clock", f"differs from this machine's by {off:.1f} s", remedy)
    return ok("clock", "that of this machine, as nearly as can be told")


def _migrations(found: DatabaseFacts) -> Check:
    number = len(found.unmigrated)
    if not number:
        return ok("migrations", "all are applied")
    return failed(
        "migrations",
        f"{number} {'is' if number == 1 else 'are'} missing, first {found.unmigrated[0]}",
        "Run manage.py migrate.",
    )


def _one(connection: BaseDatabaseWrapper, statement: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        (value,) = cursor.fetchone()
    return str(value)
