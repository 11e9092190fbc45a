"""Splitting: one transaction marks a batch and puts children in its place that cover it exactly."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from newsletter.delivery import exceptions, windows
from newsletter.delivery.claims import Claim
from newsletter.delivery.shapes import Progress
from newsletter.models import Batch, Delivery, DeliveryException
from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.backoff import after_attempts

State = Batch.State


@dataclass(frozen=True, slots=True)
class Part:
    """Everything above the part before it and up to `high` gets `state`."""

    high: int
    state: State
    not_before: datetime | None = None


def at_progress(*, claim: Claim, progress: Progress, answer: Answer, now: datetime) -> None:
    """A relay came to part of a batch: accepted up to here, unknown up to there, the rest waits."""
    wait = None
    if answer.kind not in {Kind.ACCEPTED, Kind.UNKNOWN}:
        wait = now + after_attempts(claim.batch.attempts)
    windows.record(claim=claim, answer=answer, not_before=wait, now=now)
    by_progress(
        batch=claim.batch,
        acked_to=progress.acked_to,
        submitted_to=progress.submitted_to,
        rest_not_before=wait,
        now=now,
    )


def by_progress(
    *,
    batch: Batch,
    acked_to: int | None,
    submitted_to: int | None,
    rest_not_before: datetime | None,
    now: datetime,
) -> None:
    """Split `batch` (a range or a follow-up) where a relay's answers ended."""
    if batch.low is None or batch.high is None:
        _part_follow_up(batch, acked_to, submitted_to, rest_not_before, now)
        return
    parts = []
    if acked_to is not None:
        parts.append(Part(high=acked_to, state=State.ACCEPTED))
    if submitted_to is not None and submitted_to > (acked_to or batch.low):
        parts.append(Part(high=submitted_to, state=State.UNKNOWN))
    if not parts or parts[-1].high < batch.high:
        parts.append(Part(high=batch.high, state=State.PENDING, not_before=rest_not_before))
    split(batch=batch, parts=parts, now=now)


@transaction.atomic
def split(*, batch: Batch, parts: Sequence[Part], now: datetime) -> None:
    """Put children for `parts` in the place of `batch`; the last part ends where it ended."""
    Batch.objects.filter(pk=batch.pk).update(state=State.SPLIT, finished_at=now, lease_until=None)
    low = batch.low
    for part in parts:
        assert low is not None  # noqa: S101  (callers split ranges only)
        size = Delivery.objects.filter(
            digest_id=batch.digest_id,
            subscriber_id__gt=low,
            subscriber_id__lte=part.high,
            lane=batch.lane,
        ).count()
        waiting = part.state is State.PENDING
        Batch.objects.create(
            digest_id=batch.digest_id,
            lane=batch.lane,
            low=low,
            high=part.high,
            size=size,
            parent=batch,
            state=part.state,
            not_before=part.not_before,
            attempts=batch.attempts,
            token=None if waiting else batch.token,
            revision_id=None if waiting else batch.revision_id,
            provider="" if waiting else batch.provider,
            finished_at=None if waiting else now,
        )
        low = part.high


def _part_follow_up(
    batch: Batch,
    acked_to: int | None,
    submitted_to: int | None,
    rest_not_before: datetime | None,
    now: datetime,
) -> None:
    """A follow-up has no range: its readers are parted, and the rest gets a new follow-up."""
    waiting = DeliveryException.objects.filter(follow_up=batch, state=DeliveryException.State.RETRY)
    ids = list(waiting.order_by("subscriber_id").values_list("subscriber_id", flat=True))
    acked, submitted = acked_to or 0, max(acked_to or 0, submitted_to or 0)
    groups = {
        DeliveryException.State.ACCEPTED: [one for one in ids if one <= acked],
        DeliveryException.State.UNKNOWN: [one for one in ids if acked < one <= submitted],
    }
    for new, members in groups.items():
        failures = {one: Failure(reason="") for one in members}
        exceptions.write(batch=batch, new=new, failures=failures, now=now)
    rest = [one for one in ids if one > submitted]
    if rest:
        next_try = Batch.objects.create(
            digest_id=batch.digest_id,
            lane=batch.lane,
            size=len(rest),
            parent=batch,
            attempts=batch.attempts,
            not_before=rest_not_before,
        )
        exceptions.hand_on(batch=batch, subscriber_ids=rest, follow_up=next_try, now=now)
    Batch.objects.filter(pk=batch.pk).update(state=State.SPLIT, finished_at=now, lease_until=None)
