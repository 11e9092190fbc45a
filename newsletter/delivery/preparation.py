"""Freezing the audience: delivery rows and batches, in pieces that each commit whole.

A crash between two pieces loses nothing: the digest's `prepared_to` says where to go on, moved by
compare-and-set in the transaction that writes the piece.
"""

import time
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F, QuerySet

from newsletter import wake
from newsletter.delivery import in_waves, lanes, ranges, reached
from newsletter.digests import lifecycle
from newsletter.models import Digest
from subscribers import audience
from subscribers.models import Subscription

# Subscriber ids in one piece, so at most as many readers. The first is small, so that the first
# mail does not wait for the many.
FIRST_PIECE = 2_000
PIECE = 50_000
# A task is killed after two minutes, in the middle of a piece that is then done again.
MOST_SECONDS = 60.0

_INSERT = (
    "INSERT INTO newsletter_delivery (digest_id, subscriber_id, lane)"
    " SELECT %s, mailable.subscriber_id, 0 FROM ({audience}) mailable"
)


def prepare(*, digest_id: int, now: datetime) -> None:
    """Write every piece that is missing and wake the drains after each. Safe to run twice at once.

    Ends early when the digest leaves preparing and sending (somebody paused or cancelled it), and
    after a minute, when it wakes another that goes on.
    """
    end = time.monotonic() + MOST_SECONDS
    while True:
        more = _prepare_piece(digest_id=digest_id, now=now)
        wake.send(wake.DRAIN)
        if not more:
            return
        if time.monotonic() > end:
            wake.send(wake.PREPARE, digest_id=digest_id)
            return


@transaction.atomic
def _prepare_piece(*, digest_id: int, now: datetime) -> bool:
    """Write the next piece in one transaction; False when there is none to write."""
    digest = _unprepared(digest_id)
    if digest is None:
        return False
    if digest.goes_in_waves:
        return _prepare_waves(digest, now)
    low = digest.prepared_to
    ahead = _mailable(digest, at=now, above=low)
    # Not MIN: over a join PostgreSQL would look at everybody who is ahead.
    lowest = ahead.order_by("subscriber_id").values_list("subscriber_id", flat=True).first()
    if lowest is None:
        return _complete(digest=digest, now=now)
    high = lowest - 1 + (PIECE if low else FIRST_PIECE)
    if not _advance(digest=digest, high=high):
        return False
    if not low:
        lanes.make_one(digest=digest, now=now)
    size = _insert_deliveries(digest=digest, low=low, high=high, now=now)
    ranges.insert(digest_id=digest.pk, low=low, high=high)
    _count(digest=digest, size=size)
    lifecycle.start_sending(digest_id=digest_id, now=now)
    return True


def _unprepared(digest_id: int) -> Digest | None:
    under_way = Digest.objects.filter(
        pk=digest_id,
        state__in=[Digest.State.PREPARING, Digest.State.SENDING],
        prepared_at__isnull=True,
    )
    return under_way.select_related("newsletter").first()


def _prepare_waves(digest: Digest, now: datetime) -> bool:
    """As `_prepare_piece`, in pieces of their own size, the last of which completes it."""
    low, end = digest.prepared_to, in_waves.highest()
    high = max(low, min(low + in_waves.PIECE, end))
    if high > low:
        if not _advance(digest=digest, high=high):
            return False
        size = in_waves.freeze(digest=digest, low=low, high=high, now=now)
        ranges.insert(digest_id=digest.pk, low=low, high=high)
        _count(digest=digest, size=size)
    if high < end:
        lifecycle.start_sending(digest_id=digest.pk, now=now)
        return True
    digest.prepared_to = high
    return _complete(digest=digest, now=now)


def _mailable(
    digest: Digest, *, at: datetime, above: int, upto: int | None = None
) -> QuerySet[Subscription]:
    """Who may be mailed now; of a correction, those of them whom the corrected mail reached."""
    everybody = audience.deliverable(
        newsletter_id=digest.newsletter_id,
        at=at,
        frequencies=digest.frequencies,
        above=above,
        upto=upto,
    )
    if digest.corrects_id is None:
        return everybody
    return everybody.filter(reached.by(digest_id=digest.corrects_id))


def count_mailable(*, digest: Digest, now: datetime) -> int:
    """How many would be mailed now; of a correction, of those whom the corrected mail reached."""
    everybody = audience.deliverable(
        newsletter_id=digest.newsletter_id, at=now, frequencies=digest.frequencies
    )
    if digest.corrects_id is None:
        return everybody.count()
    return reached.count(digest_id=digest.corrects_id, among=everybody)


def _advance(*, digest: Digest, high: int) -> bool:
    """Take this piece for ourselves; whoever else read the same `prepared_to` comes too late."""
    taken = Digest.objects.filter(
        pk=digest.pk,
        prepared_to=digest.prepared_to,
        prepared_at__isnull=True,
        state=digest.state,
    ).update(prepared_to=high)
    return bool(taken)


def _count(*, digest: Digest, size: int) -> None:
    Digest.objects.filter(pk=digest.pk).update(audience_size=F("audience_size") + size)


def _complete(*, digest: Digest, now: datetime) -> bool:
    done = Digest.objects.filter(
        pk=digest.pk, prepared_to=digest.prepared_to, prepared_at__isnull=True
    ).update(prepared_at=now)
    if done:
        if digest.goes_in_waves:
            lanes.drop_empty(digest_id=digest.pk)
        lifecycle.start_sending(digest_id=digest.pk, now=now)
        lifecycle.finish(digest_id=digest.pk, now=now)
    return False


def _insert_deliveries(*, digest: Digest, low: int, high: int, now: datetime) -> int:
    """One INSERT ... SELECT of the deliverable readers with ids in (low, high]."""
    readers = _mailable(digest, at=now, above=low, upto=high)
    sql, parameters = readers.values("subscriber_id").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(_INSERT.format(audience=sql), [digest.pk, *parameters])
        return int(cursor.rowcount)
