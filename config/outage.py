"""What a command says, in place of a traceback, when the database is away or not ready."""

from collections.abc import Iterator

from django.conf import settings
from django.db import DatabaseError, OperationalError, ProgrammingError

# What PostgreSQL and SQLite say of tables and columns that migrations have not made yet.
_MISSING = ("does not exist", "no such table", "no such column")
_LOCKED = "database is locked"
UNMADE = "The database is not up to date. Run: manage.py migrate"
NO_DATABASE = "DATABASE_URL names a database that does not exist. Make it, then run migrate."
BUSY = "The database is busy: something else writes to it for long. Try again in a minute."


def in_words(error: DatabaseError) -> str | None:
    """One or two sentences with the way out; None for a fault of ours, which needs its traceback.

    Never DATABASE_URL, which may hold a password.
    """
    said = str(error)
    if isinstance(error, OperationalError | ProgrammingError) and any(
        words in said for words in _MISSING
    ):
        return NO_DATABASE if said.startswith("connection") else UNMADE
    if not isinstance(error, OperationalError):
        return None
    if _LOCKED in said:
        return BUSY
    return " ".join(_away(said))


def _away(said: str) -> Iterator[str]:
    database = settings.DATABASES["default"]
    where = database.get("HOST") or database["NAME"]
    yield f"The database at {where} does not answer."
    yield "Start it, or mend DATABASE_URL."
    if lines := said.strip().splitlines():
        yield f"It said: {lines[0].strip()}"
