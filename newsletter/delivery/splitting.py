"""Splitting: one transaction marks a batch and puts children in its place that cover it exactly.

A range is cut at subscriber ids; a follow-up, which has none, hands its readers on to new ones.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from newsletter.delivery import exceptions
from newsletter.models import Batch, Delivery, DeliveryException
from subscribers.mailing.answers import Failure

State = Batch.State
Bisection = Batch.Bisection


@dataclass(frozen=True, slots=True)
class Part:
    """Everything above the part before it and up to `high` gets `state`."""

    high: int
    state: State
    not_before: datetime | None = None
    bisection: Bisection | None = None
    # Of one that waits: the calls in a row that came to nothing for it, by which it waits longer.
    attempts: int = 0


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
    parts, attempts = [], in_vain(batch=batch, acked_to=acked_to)
    if acked_to is not None:
        parts.append(Part(high=acked_to, state=State.ACCEPTED))
    if submitted_to is not None and submitted_to > (acked_to or batch.low):
        parts.append(Part(high=submitted_to, state=State.UNKNOWN))
    if not parts or parts[-1].high < batch.high:
        rest = Part(batch.high, State.PENDING, not_before=rest_not_before, attempts=attempts)
        parts.append(rest)
    split(batch=batch, parts=parts, now=now)


def in_vain(*, batch: Batch, acked_to: int | None) -> int:
    """Calls in a row that came to nothing; one that somebody was accepted in begins the count anew.

    A batch that goes in many small parts must not wait for the last of them as after many troubles.
    """
    return batch.attempts if acked_to is None else 0


def cut(*, batch: Batch, last: int, now: datetime) -> Batch:
    """Keep a claimed batch up to the reader with id `last`; the rest waits in one of its own.

    Returns the batch that is claimed now: the first child, or the follow-up itself.
    """
    # The claim that it is cut off from is none of its own.
    attempts = batch.attempts - 1
    if batch.low is None or batch.high is None:
        rest = [one for one in waiting_ids(batch=batch) if one > last]
        follow_up(batch=batch, subscriber_ids=rest, now=now, attempts=attempts)
        Batch.objects.filter(pk=batch.pk).update(size=batch.size - len(rest))
        batch.size -= len(rest)
        return batch
    parts = [Part(last, State.CLAIMED), Part(batch.high, State.PENDING, attempts=attempts)]
    return split(batch=batch, parts=parts, now=now)[0]


@transaction.atomic
def split(*, batch: Batch, parts: Sequence[Part], now: datetime) -> list[Batch]:
    """Put children for `parts` in the place of `batch`; the last part ends where it ended.

    A child that waits knows nothing of the call; the others carry what the batch knew of it.
    """
    Batch.objects.filter(pk=batch.pk).update(state=State.SPLIT, finished_at=now, lease_until=None)
    children, low = [], batch.low
    for part in parts:
        assert low is not None  # noqa: S101  (callers split ranges only)
        children.append(Batch.objects.create(**_child(batch, low, part, now)))
        low = part.high
    return children


def _child(batch: Batch, low: int, part: Part, now: datetime) -> dict[str, Any]:
    size = Delivery.objects.filter(
        digest_id=batch.digest_id,
        subscriber_id__gt=low,
        subscriber_id__lte=part.high,
        lane=batch.lane,
    ).count()
    values: dict[str, Any] = {
        "digest_id": batch.digest_id,
        "lane": batch.lane,
        "low": low,
        "high": part.high,
        "size": size,
        "parent_id": batch.pk,
        "state": part.state,
        "not_before": part.not_before,
        "attempts": part.attempts if part.state is State.PENDING else batch.attempts,
        "bisection": batch.bisection if part.bisection is None else part.bisection,
    }
    if part.state is State.PENDING:
        return values
    values |= _of_call(batch)
    if part.state is State.CLAIMED:
        return values | {"lease_until": batch.lease_until}
    return values | {"finished_at": now}


def _of_call(batch: Batch) -> dict[str, Any]:
    """What a batch knows of its last call, for the children that were in it."""
    return {
        "token": batch.token,
        "revision_id": batch.revision_id,
        "provider": batch.provider,
        "submitted_at": batch.submitted_at,
        "payload_hash": batch.payload_hash,
    }


def waiting_ids(*, batch: Batch) -> list[int]:
    """The readers of a follow-up that still wait for it, in id order."""
    waiting = DeliveryException.objects.filter(follow_up=batch, state=DeliveryException.State.RETRY)
    return list(waiting.order_by("subscriber_id").values_list("subscriber_id", flat=True))


def follow_up(
    *,
    batch: Batch,
    subscriber_ids: Collection[int],
    now: datetime,
    not_before: datetime | None = None,
    bisection: Bisection = Bisection.NONE,
    attempts: int = 0,
) -> Batch | None:
    """Hand readers of a follow-up on to a new one that waits; None when there are none."""
    if not subscriber_ids:
        return None
    rest = Batch.objects.create(
        digest_id=batch.digest_id,
        lane=batch.lane,
        size=len(subscriber_ids),
        parent_id=batch.pk,
        attempts=attempts,
        not_before=not_before,
        bisection=bisection,
    )
    exceptions.hand_on(batch=batch, subscriber_ids=subscriber_ids, follow_up=rest, now=now)
    return rest


def _part_follow_up(
    batch: Batch,
    acked_to: int | None,
    submitted_to: int | None,
    rest_not_before: datetime | None,
    now: datetime,
) -> None:
    """A follow-up has no range: its readers are parted, and the rest gets a new follow-up."""
    ids = waiting_ids(batch=batch)
    acked, submitted = acked_to or 0, max(acked_to or 0, submitted_to or 0)
    taken = {one: Failure(reason="") for one in ids if one <= acked}
    exceptions.write(
        digest_id=batch.digest_id, new=DeliveryException.State.ACCEPTED, failures=taken, now=now
    )
    _part_unknown(batch, [one for one in ids if acked < one <= submitted], now)
    rest = [one for one in ids if one > submitted]
    follow_up(
        batch=batch,
        subscriber_ids=rest,
        now=now,
        not_before=rest_not_before,
        attempts=in_vain(batch=batch, acked_to=acked_to),
    )
    Batch.objects.filter(pk=batch.pk).update(state=State.SPLIT, finished_at=now, lease_until=None)


def _part_unknown(batch: Batch, ids: list[int], now: datetime) -> None:
    """They get a follow-up that knows of the call, as an unknown part of a range does."""
    if not ids:
        return
    unknown = Batch.objects.create(
        digest_id=batch.digest_id,
        lane=batch.lane,
        size=len(ids),
        parent_id=batch.pk,
        attempts=batch.attempts,
        state=State.UNKNOWN,
        **_of_call(batch),
        finished_at=now,
    )
    exceptions.write(
        digest_id=batch.digest_id,
        new=DeliveryException.State.UNKNOWN,
        failures={one: Failure(reason="") for one in ids},
        now=now,
        follow_up=unknown,
    )
