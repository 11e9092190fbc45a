"""What Django leaves to us: columns in hand-written SQL, and a database that goes away."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.db import InterfaceError, InternalError, OperationalError, connection
from django.db.models import Field, Model

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
