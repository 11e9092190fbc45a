"""What Django leaves to us: columns in hand-written SQL, and a database that goes away."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, TypeVar

import structlog
from django.db import (
    DEFAULT_DB_ALIAS,
    InterfaceError,
    InternalError,
    OperationalError,
    connection,
    connections,
)
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import DateTimeField, Field, Model

# What a database raises that went away (in mid-statement, on a connection that is closed), whose
# disk is full, or that takes no writes, as one that is no longer the primary.
LOST = (OperationalError, InterfaceError, InternalError)
_FIRST_WAIT, _LONGEST_WAIT = 0.1, 5.0

Result = TypeVar("Result")
log = structlog.get_logger(__name__)


def persist(work: Callable[[], Result], *, until: Callable[[], bool]) -> Result:
    """What `work` returns: called again, reconnecting, while the database is away and not `until`.

    `work` may have happened when it is called again: its last word may have been lost. Raises the
    database's error once `until()`, or inside a transaction, which cannot be gone on with.
    """
    wait = _FIRST_WAIT
    while True:
        try:
            return work()
        except LOST as error:
            if connection.in_atomic_block or until():
                raise
            log.warning("database_away", error=type(error).__name__, wait=wait)
        time.sleep(wait)
        wait = min(wait * 2, _LONGEST_WAIT)
        # Also one that still answers: it may lead to a server that only reads by now.
        connection.close()


def column_value(model: type[Model], field: str, value: Any) -> Any:
    """`value` as the column of `model.field` holds it (SQLite keeps times and UUIDs as text)."""
    column = model._meta.get_field(field)  # noqa: SLF001
    assert isinstance(column, Field), f"{field} is not a column"  # noqa: S101
    return column.get_db_prep_value(value, connection)


def moment(model: type[Model], field: str, stored: Any) -> datetime:
    """What the column of `model.field` holds, as an aware time in UTC."""
    column = model._meta.get_field(field)  # noqa: SLF001
    assert isinstance(column, DateTimeField), f"{field} is no time"  # noqa: S101
    found: datetime = column.to_python(stored)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


@contextmanager
def impatient(*, seconds: int) -> Iterator[BaseDatabaseWrapper]:
    """A connection of its own, in one transaction, on which no statement takes longer.

    For those who must say in time that the database is away. Connecting may take 2 s, which is the
    least that PostgreSQL's library knows.
    """
    usual = connections[DEFAULT_DB_ALIAS]
    settings = deepcopy(usual.settings_dict)
    options = settings.setdefault("OPTIONS", {})
    milliseconds = seconds * 1_000
    if usual.vendor == "postgresql":
        options.pop("pool", None)
        options |= {"connect_timeout": 2, "tcp_user_timeout": milliseconds}
    else:
        options["timeout"] = seconds
    own = type(usual)(settings, DEFAULT_DB_ALIAS)
    try:
        if own.vendor == "postgresql":
            # Inside the transaction only, so that a pooler's next client does not inherit it.
            own.set_autocommit(False)
            with own.cursor() as cursor:
                cursor.execute(f"SET LOCAL statement_timeout = {milliseconds}")
        yield own
        own.commit()
    finally:
        own.close()
