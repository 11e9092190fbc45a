"""What staff decide about readers of whom it is unknown whether they have the mail."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, Min, OuterRef, QuerySet

from config.models import StaffUser
from newsletter.delivery import resending, spans
from newsletter.delivery.exceptions import SENT_AGAIN
from newsletter.digests import lifecycle
from newsletter.models import Batch, Delivery, DeliveryException, Digest

# Until then an answer may still come: an event, or a click.
PATIENCE = timedelta(minutes=15)

State = Batch.State
Readers = DeliveryException.State


def unknown(*, digest_id: int, now: datetime) -> list[int]:
    """Ids of the readers unknown for 15 min or longer, but for those left alone, in order."""
    return _unknown(digest_id, after=_left_alone(digest_id), until=now - PATIENCE)


def left_alone(*, digest_id: int) -> list[int]:
    """Ids of the readers still unknown whom staff decided to leave alone, in order."""
    until = _left_alone(digest_id)
    return _unknown(digest_id, after=None, until=until) if until else []


def decidable_at(*, digest_id: int, now: datetime) -> datetime | None:
    """When the first of those unknown for less than 15 min may be decided about; None: no such."""
    since = now - PATIENCE
    batches = Batch.objects.filter(
        digest_id=digest_id, state=State.UNKNOWN, low__isnull=False, finished_at__gt=since
    )
    named = DeliveryException.objects.filter(
        digest_id=digest_id, state=Readers.UNKNOWN, updated_at__gt=since
    )
    found = [
        batches.aggregate(first=Min("finished_at"))["first"],
        named.aggregate(first=Min("updated_at"))["first"],
    ]
    first = min((one for one in found if one), default=None)
    return first + PATIENCE if first else None


@transaction.atomic
def send_again(*, digest_id: int, by: StaffUser, now: datetime) -> int:
    """To those still unknown: some may get it twice. Returns how many wait for it now.

    Logged with who decided it; I1 is given up for these readers, knowingly.
    """
    _lock(digest_id)
    ids = unknown(digest_id=digest_id, now=now)
    words = f"Sent again to {len(ids):,} of whom it was unknown"
    if ids:
        lifecycle.reopen(digest_id=digest_id, by=by, now=now, reason=words)
        resending.follow_up(digest_id=digest_id, ids=ids, reason=SENT_AGAIN, now=now)
    return len(ids)


@transaction.atomic
def leave(*, digest_id: int, by: StaffUser, now: datetime) -> int:
    """Leave those alone who are unknown by now; they stay counted. Returns how many they are."""
    _lock(digest_id)
    ids = unknown(digest_id=digest_id, now=now)
    if ids:
        words = f"{len(ids):,} of whom it is unknown are left alone"
        lifecycle.remark(digest_id=digest_id, reason=words, by=by, now=now, unknown_left_at=now)
    return len(ids)


def _left_alone(digest_id: int) -> datetime | None:
    """Who was unknown by this time is left alone; None: nobody is."""
    decided = Digest.objects.values_list("unknown_left_at", flat=True).get(pk=digest_id)
    return decided - PATIENCE if decided else None


def _unknown(digest_id: int, *, after: datetime | None, until: datetime) -> list[int]:
    batches = Batch.objects.filter(digest_id=digest_id, state=State.UNKNOWN, finished_at__lte=until)
    named = DeliveryException.objects.filter(
        digest_id=digest_id, state=Readers.UNKNOWN, updated_at__lte=until
    )
    if after:
        batches, named = batches.filter(finished_at__gt=after), named.filter(updated_at__gt=after)
    return sorted({*_held_by(digest_id, batches), *named.values_list("subscriber_id", flat=True)})


def _held_by(digest_id: int, batches: QuerySet[Batch]) -> Iterator[int]:
    """Ids of the readers whose state is that of one of these ranges."""
    excepted = DeliveryException.objects.filter(
        digest_id=digest_id, subscriber_id=OuterRef("subscriber_id")
    )
    for span in spans.of(batches):
        # Bounded by the primary key: asking which range holds a reader would read all of them.
        rows = Delivery.objects.filter(
            ~Exists(excepted),
            digest_id=digest_id,
            lane=span.lane,
            subscriber_id__gt=span.low,
            subscriber_id__lte=span.high,
        )
        yield from rows.values_list("subscriber_id", flat=True)


def _lock(digest_id: int) -> None:
    """One decision at a time: pressed twice, the second finds nobody left.

    Also kept out: a late answer, an event or a replay that settles what is looked at.
    """
    Digest.objects.select_for_update(no_key=True).get(pk=digest_id)
    unknown = Batch.objects.filter(digest_id=digest_id, state=State.UNKNOWN)
    list(unknown.select_for_update(of=("self",)).order_by("pk").values_list("pk"))
    readers = DeliveryException.objects.filter(digest_id=digest_id, state=Readers.UNKNOWN)
    list(readers.select_for_update().order_by("pk").values_list("pk"))
