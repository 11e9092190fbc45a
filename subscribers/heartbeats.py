"""Workers say every few seconds which queues they serve; who is silent for 15 s is gone.

Kept in the database, so that nobody needs the broker to know who is there.
"""

from collections import Counter
from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.backends.base.base import BaseDatabaseWrapper

from subscribers.clock import database_now
from subscribers.database import column_value, impatient, moment
from subscribers.models import Heartbeat

EVERY = timedelta(seconds=5)
SILENT = timedelta(seconds=15)
# A worker that went away for good is forgotten.
_FORGET = timedelta(days=1)

_BEAT = (
    "INSERT INTO subscribers_heartbeat (node, queue, seen_at) VALUES (%s, %s, %s)"
    " ON CONFLICT (node, queue) DO UPDATE SET seen_at = excluded.seen_at"
)


def beat(*, node: str, queues: Collection[str]) -> None:
    """Say that `node` serves `queues` now; raises the database's error within about 2 s."""
    with impatient(seconds=1) as connection, connection.cursor() as cursor:
        now = database_now(of=connection)
        for queue in sorted(queues):
            cursor.execute(_BEAT, [node, queue, column_value(Heartbeat, "seen_at", now)])
        forgotten = column_value(Heartbeat, "seen_at", now - _FORGET)
        cursor.execute("DELETE FROM subscribers_heartbeat WHERE seen_at < %s", [forgotten])


def last_seen(*, of: BaseDatabaseWrapper) -> list[tuple[str, datetime]]:
    """Queue and time of the last sign, one for each worker and queue."""
    with of.cursor() as cursor:
        cursor.execute("SELECT queue, seen_at FROM subscribers_heartbeat")
        rows = cursor.fetchall()
    return [(queue, moment(Heartbeat, "seen_at", seen_at)) for queue, seen_at in rows]


def silences(*, seen: Collection[tuple[str, datetime]], now: datetime) -> dict[str, timedelta]:
    """For how long no worker of each queue was heard, of queues known in the last day."""
    latest = dict(sorted(seen, key=lambda one: one[1]))
    return {queue: max(now - seen_at, timedelta(0)) for queue, seen_at in latest.items()}


def alive(*, seen: Collection[tuple[str, datetime]], now: datetime) -> Counter[str]:
    """How many workers serve each queue, of those seen lately."""
    return Counter(queue for queue, seen_at in seen if now - seen_at < SILENT)
