"""What became of one reader's mail, told in sentences from the rows."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from newsletter.delivery import plain_words
from newsletter.delivery.why import why_in_words
from newsletter.models import (
    Attempt,
    Batch,
    Delivery,
    DeliveryException,
    Digest,
    ExceptionChange,
    Lane,
)

UNKNOWN = "the provider never answered; not sent again, so that nobody gets it twice"
_NOT_AMONG = "This reader is not among those whom the mail is for."
_NOT_YET = "Who gets this mail is not settled yet."

_OF_A_WAVE = (
    "The time of this reader's wave: the hour by the reader's own clock, or later if the mail was."
)

# How a state is said, for a reader and for a batch.
_WORDS = {
    "pending": "waiting",
    "claimed": "being prepared",
    "submitting": "being handed over",
    "accepted": "accepted by the provider",
    "retry": "will be tried again",
    "failed": "failed",
    "unknown": UNKNOWN,
    "left": "left before it was sent",
    "cancelled": "cancelled",
}


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, and when, if it is known; `plain` is for the reader himself."""

    at: datetime | None
    sentence: str
    plain: str


@dataclass(slots=True)
class Story:
    """`state` as in the counts of a digest; empty for somebody whom it is not for."""

    subscriber_id: int
    state: str
    sentences: list[Told] = field(default_factory=list)


def in_words(state: str) -> str:
    """A state as staff read it; "unknown" is a whole sentence."""
    return _WORDS.get(state, state)


def story(*, digest: Digest, subscriber_id: int) -> Story:
    """Everything on record of one reader of one digest, oldest first; no address in it."""
    delivery = Delivery.objects.filter(digest=digest, subscriber_id=subscriber_id).first()
    if delivery is None:
        settled = digest.prepared_at or digest.prepared_to >= subscriber_id
        nothing = Told(None, _NOT_AMONG, plain_words.NOT_FOR_YOU)
        open_yet = Told(None, _NOT_YET, plain_words.NOT_YET)
        return Story(subscriber_id, "", [nothing if settled else open_yet])
    differs = DeliveryException.objects.filter(digest=digest, subscriber_id=subscriber_id)
    exception = differs.select_related("follow_up__revision").first()
    holder = _holder(digest, delivery)
    # Not from his batch alone: it may be accepted while he was refused.
    state = exception.state if exception else holder.state if holder else ""
    told = [
        *_audience(digest),
        *_wave(digest, delivery),
        *_attempts(_chain(holder, exception), subscriber_id),
        *_batch(holder),
        *_changes(digest, subscriber_id),
        *(_batch(exception.follow_up) if exception else ()),
    ]
    told.sort(key=lambda one: (one.at is None, one.at or digest.created_at))
    told.append(_now(state, exception))
    return Story(subscriber_id, state, told)


def _holder(digest: Digest, delivery: Delivery) -> Batch | None:
    ranges = Batch.objects.select_related("revision").filter(
        digest=digest,
        lane=delivery.lane,
        low__lt=delivery.subscriber_id,
        high__gte=delivery.subscriber_id,
    )
    return ranges.exclude(state=Batch.State.SPLIT).order_by("-low").first()


def _chain(holder: Batch | None, exception: DeliveryException | None) -> set[int]:
    """Ids of the batches that he travelled in: those, and what they were split from."""
    waiting = {holder.pk} if holder else set()
    if exception and exception.follow_up_id:
        waiting.add(exception.follow_up_id)
    known: set[int] = set()
    while waiting:
        known |= waiting
        parents = Batch.objects.filter(pk__in=waiting, parent__isnull=False)
        waiting = {one for one in parents.values_list("parent_id", flat=True) if one} - known
    return known


def _audience(digest: Digest) -> Iterator[Told]:
    if digest.sending_at:
        sentence = f"One of {digest.audience_size:,} readers for whom it was prepared."
        yield Told(digest.sending_at, sentence, plain_words.PREPARED)


def _wave(digest: Digest, delivery: Delivery) -> Iterator[Told]:
    lane = Lane.objects.filter(digest=digest, number=delivery.lane).first()
    if digest.goes_in_waves and lane is not None:
        yield Told(lane.release_at, _OF_A_WAVE, plain_words.OF_A_WAVE)


def _attempts(batches: set[int], subscriber_id: int) -> Iterator[Told]:
    his = Q(low__isnull=True) | Q(low__lt=subscriber_id, high__gte=subscriber_id)
    tries = Attempt.objects.filter(his, batch_id__in=batches).select_related("revision")
    for one in tries.order_by("at", "pk"):
        said = f": {one.answer}" if one.answer else ""
        yield Told(
            one.at,
            f"Batch {one.batch_id} with revision {one.revision.number} came to nothing through "
            f"{one.provider} ({one.outcome}){said}",
            plain_words.CAME_TO_NOTHING,
        )


def _batch(batch: Batch | None) -> Iterator[Told]:
    """How the batch stands: when it was handed over, and what was answered."""
    if batch is None:
        return
    name = f"Batch {batch.pk}" if batch.low is not None else f"Follow-up {batch.pk}"
    revision = f" with revision {batch.revision.number}" if batch.revision else ""
    if batch.submitted_at and batch.state != Batch.State.PENDING:
        yield Told(
            batch.submitted_at,
            f"{name}{revision} was handed over to {batch.provider}.",
            plain_words.given(batch.provider),
        )
    said = f": {batch.answer}" if batch.answer else ""
    at = batch.finished_at or batch.not_before
    through = f", through {batch.provider}" if batch.provider else ""
    sentence = f"{name}: {in_words(batch.state)}{through}{said}"
    yield Told(at, sentence, plain_words.stands(batch.state))


def _changes(digest: Digest, subscriber_id: int) -> Iterator[Told]:
    changes = ExceptionChange.objects.filter(digest_id=digest.pk, subscriber_id=subscriber_id)
    for change in changes.order_by("pk"):
        why = f" ({why_in_words(change.reason)})" if change.reason else ""
        yield Told(
            change.at,
            f"This reader alone: {in_words(change.new)}{why}",
            plain_words.changed(change.new, change.reason),
        )


def _now(state: str, exception: DeliveryException | None) -> Told:
    # Accepted at last: why it was not at first is told above.
    if exception is None or state == DeliveryException.State.ACCEPTED:
        return Told(None, f"So now: {in_words(state)}.", plain_words.now(state))
    why = why_in_words(exception.reason)
    because = f", because: {why}" if why else ""
    detail = f" ({exception.detail})" if exception.detail else ""
    return Told(
        None,
        f"So now: {in_words(state)}{because}{detail}.",
        plain_words.now(state, exception.reason, exception.detail),
    )
