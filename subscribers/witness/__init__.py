"""A restored or cloned database never sends by itself (docs/decisions/0009).

The one `SendingLock` row says in which database it was written and counts up while anything is
sent; two witnesses outside of the database repeat the count. Where the row was written elsewhere,
or a witness is ahead of it, mail may have gone out that this database does not know of: sending is
locked until a person says what to do (`manage.py release_sending`).

The witnesses are read before the database and told after it has committed, so they are never ahead
of a database that lost nothing, however many workers count at once.
"""

from datetime import datetime

import structlog
from django.db import connection, transaction
from django.db.models import Case, F, QuerySet, Value, When
from django.db.models.expressions import Subquery
from django.db.models.fields import BigIntegerField
from django.db.models.functions import Coalesce
from django.db.models.lookups import GreaterThanOrEqual

from subscribers.models import SendingLock, Subscriber
from subscribers.witness import testimony, whereabouts
from subscribers.witness.testimony import Word
from subscribers.witness.whereabouts import Standing

# Released, it starts this far above every witness: that of a machine we cannot see may be ahead.
JUMP = 1_000_000

MOVED = (
    "What is in this database was written in another one: it was restored, copied or moved. "
    "Mail may have gone out since that it does not know of."
)
BEHIND = (
    "This database is older than what was sent from it: a backup was restored over it, or a "
    "replica took over that lacked the last changes. Mail may have gone out that it does not know "
    "of."
)

# The same as `is_open`, for a statement written by hand; its parameter is the fence.
IS_OPEN = (
    "COALESCE((SELECT CASE WHEN sending.locked_at IS NULL THEN sending.counter ELSE -1 END"
    " FROM subscribers_sendinglock sending), 0) >= %s"
)
_ADVANCE = (
    "UPDATE subscribers_sendinglock SET counter = counter + 1"
    " WHERE locked_at IS NULL AND counter >= %s RETURNING identity, counter"
)

log = structlog.get_logger(__name__)


def check(*, now: datetime) -> int | None:
    """The fence that claims must name, or None: sending is locked, perhaps since this moment.

    One statement, one look into Redis and one into a file.
    """
    words = testimony.read()
    found = whereabouts.read()
    if not found.identity:
        found = _introduce(found, words, now)
    if found.locked_at is not None:
        return None
    reason = _doubt(found, words)
    if reason:
        _lock(found, reason, now)
        return None
    return found.counter


def advance(*, fence: int) -> int | None:
    """Count up before a run hands over its first mail; the new fence, None when it must not.

    Tells the witnesses once that is committed. One statement.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ADVANCE, [fence])
        row = cursor.fetchone()
    if row is None:
        return None
    word = Word(place=row[0], counter=int(row[1]))
    transaction.on_commit(lambda: testimony.write(word))
    return word.counter


def begin(*, now: datetime) -> int | None:
    """`check`, then `advance`: for a run that has something to hand over."""
    fence = check(now=now)
    return None if fence is None else advance(fence=fence)


def is_open(*, fence: int) -> GreaterThanOrEqual:
    """A condition for claims: nobody has locked or replaced the database since `fence`."""
    standing = SendingLock.objects.annotate(
        standing=Case(
            When(locked_at__isnull=True, then=F("counter")),
            default=Value(-1),
            output_field=BigIntegerField(),
        )
    )
    # No row: nothing was ever checked here, so only what was not checked either may go on.
    return GreaterThanOrEqual(Coalesce(Subquery(standing.values("standing")), 0), fence)


def locked() -> SendingLock | None:
    """The lock, when sending is locked: since when, and why in words for operators."""
    return _locked().first()


@transaction.atomic
def release(*, now: datetime) -> bool:
    """Unlock: from here on this database is the one that sends. False when it was not locked."""
    words = testimony.read()
    found = whereabouts.read()
    top = max([found.counter, *(word.counter for word in words)]) + JUMP
    released = _locked().update(identity=found.place, counter=top, locked_at=None, reason="")
    if not released:
        return False
    word = Word(place=found.place, counter=top)
    transaction.on_commit(lambda: testimony.write(word))
    log.warning("sending_released", at=now.isoformat())
    return True


def _locked() -> QuerySet[SendingLock]:
    return SendingLock.objects.filter(locked_at__isnull=False)


def _doubt(found: Standing, words: list[Word]) -> str:
    """Why this database must not send by itself; "" when nothing speaks against it."""
    if found.identity != found.place:
        return MOVED
    return BEHIND if _ahead(found, words) > found.counter else ""


def _ahead(found: Standing, words: list[Word]) -> int:
    """The furthest that a witness saw this place; what it says of another place is no evidence."""
    return max((word.counter for word in words if word.place == found.place), default=0)


def _introduce(found: Standing, words: list[Word], now: datetime) -> Standing:
    """The first check ever: the row is written. Two at once write it once.

    A place that has sent before and holds readers again was restored to before its first mail.
    """
    ahead = _ahead(found, words)
    restored = bool(ahead) and Subscriber.objects.exists()
    row = SendingLock(identity=found.place, counter=ahead + 1)
    if restored:
        row.locked_at, row.reason = now, BEHIND
    SendingLock.objects.bulk_create([row], ignore_conflicts=True)
    return whereabouts.read()


def _lock(found: Standing, reason: str, now: datetime) -> None:
    """Only what was judged is locked: meanwhile somebody may have released it."""
    same = SendingLock.objects.filter(
        identity=found.identity, counter=found.counter, locked_at__isnull=True
    )
    if same.update(locked_at=now, reason=reason):
        log.error("sending_locked", reason=reason)
