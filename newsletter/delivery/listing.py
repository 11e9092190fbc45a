"""Readers of a digest who are not simply accepted or waiting: in pages, by subscriber id."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter

from django.db.models import Exists, OuterRef, QuerySet

from newsletter.models import Batch, Delivery, DeliveryException

State = DeliveryException.State

_ID = attrgetter("subscriber_id")
# States in which a whole batch can end, so that its readers have no rows of their own.
_OF_BATCHES = frozenset({State.FAILED.value, State.UNKNOWN.value, State.CANCELLED.value})


@dataclass(frozen=True, slots=True)
class Differing:
    """One reader: a word for the reason, what the server said, and since when it is so."""

    subscriber_id: int
    state: str
    reason: str = ""
    detail: str = ""
    at: datetime | None = None


def differing(
    *, digest_id: int, state: str = "", after: int = 0, limit: int = 50
) -> list[Differing]:
    """At most `limit` readers with ids above `after`, in order; of one state, or of any.

    Reads about what it returns: the exceptions, and the readers of batches that ended whole as
    something else than accepted.
    """
    rows = DeliveryException.objects.filter(digest_id=digest_id, subscriber_id__gt=after)
    if state:
        rows = rows.filter(state=state)
    alone = [
        Differing(one.subscriber_id, one.state, one.reason, one.detail, one.updated_at)
        for one in rows.order_by("subscriber_id")[:limit]
    ]
    states = _OF_BATCHES & {state} if state else _OF_BATCHES
    together = _together(digest_id, states, after, limit)
    return sorted([*alone, *together], key=_ID)[:limit]


def every(*, digest_id: int) -> Iterator[Differing]:
    """All of them, read in pages."""
    after = 0
    while page := differing(digest_id=digest_id, after=after, limit=1_000):
        yield from page
        after = page[-1].subscriber_id


def _together(digest_id: int, states: frozenset[str], after: int, limit: int) -> list[Differing]:
    """Readers who share the state of a batch that did not end as accepted."""
    batches = Batch.objects.filter(
        digest_id=digest_id, low__isnull=False, high__gt=after, state__in=sorted(states)
    )
    found: list[Differing] = []
    for batch in batches.order_by("low").iterator(chunk_size=100):
        # Ranges of several lanes may lie among each other: stop where none can come before.
        if len(found) == limit and (batch.low or 0) >= found[-1].subscriber_id:
            break
        readers = _readers(batch, after)[:limit]
        here = [Differing(one, batch.state, "", batch.answer, batch.finished_at) for one in readers]
        found = sorted([*found, *here], key=_ID)[:limit]
    return found


def _readers(batch: Batch, after: int) -> QuerySet[Delivery, int]:
    """Ids above `after` whom a range holds and who have no exception, in order."""
    exception = DeliveryException.objects.filter(
        digest_id=batch.digest_id, subscriber_id=OuterRef("subscriber_id")
    )
    held = Delivery.objects.filter(
        ~Exists(exception),
        digest_id=batch.digest_id,
        lane=batch.lane,
        subscriber_id__gt=max(batch.low or 0, after),
        subscriber_id__lte=batch.high,
    )
    return held.order_by("subscriber_id").values_list("subscriber_id", flat=True)
