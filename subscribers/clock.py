"""The one clock that leases and due times are compared with: the database's."""

import time
from datetime import UTC, datetime, timedelta

import structlog
from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

# What two well-kept clocks never differ by.
SKEW = timedelta(minutes=1)

log = structlog.get_logger(__name__)


def database_now(*, of: BaseDatabaseWrapper | None = None) -> datetime:
    """The database's time, aware, in UTC. Workers on several machines agree on it.

    `of`: asked over this connection instead of the usual one.
    """
    asked = of or connection
    if asked.vendor == "postgresql":
        statement = "SELECT clock_timestamp()"
    else:
        statement = "SELECT strftime('%Y-%m-%d %H:%M:%f', 'now')"
    with asked.cursor() as cursor:
        cursor.execute(statement)
        (value,) = cursor.fetchone()
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    return datetime.fromisoformat(value).replace(tzinfo=UTC)


def machine_now() -> datetime:
    """This machine's time, aware, in UTC."""
    return datetime.now(UTC)


def earlier_now() -> datetime:
    """The earlier of the database's time and this machine's, for what cannot be taken back.

    A digest that is released an hour late can still be sent; one that went out because one of the
    two clocks had jumped ahead cannot be called back.
    """
    database, machine = database_now(), machine_now()
    if abs(database - machine) > SKEW:
        log.warning("clocks_differ", seconds=round((database - machine).total_seconds()))
    return min(database, machine)


class Clock:
    """The database's time, asked once, carried on by the monotonic clock of this process."""

    def __init__(self) -> None:
        self._start = database_now()
        self._monotonic = time.monotonic()

    def now(self) -> datetime:
        """The time now; never jumps when somebody sets the machine's clock."""
        return self._start + timedelta(seconds=self.elapsed())

    def earlier(self) -> datetime:
        """The earlier of that and this machine's time; see `earlier_now`. Asks nobody."""
        return min(self.now(), machine_now())

    def elapsed(self) -> float:
        """Seconds since this clock was made."""
        return time.monotonic() - self._monotonic
