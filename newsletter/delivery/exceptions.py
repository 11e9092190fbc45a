"""Recipients whose state is not their batch's: written in bulk, each change logged."""

from collections.abc import Collection, Mapping
from datetime import datetime

from django.db.models import QuerySet

from newsletter.models import Batch, DeliveryException, Digest, ExceptionChange
from subscribers.mailing.answers import Failure
from subscribers.models import Subscriber, Subscription

State = DeliveryException.State
# Why a reader waits once more, when staff had an unknown mail sent again.
SENT_AGAIN = "sent_again"
# States that end a try.
_TRIED = {State.RETRY, State.FAILED}
_CHANGING = ["state", "reason", "detail", "attempts", "may_have_it", "follow_up", "updated_at"]


def mark_left(*, batch: Batch, subscriber_ids: Collection[int], now: datetime) -> None:
    """Those who are not deliverable any more at the claim, each with the reason."""
    if not subscriber_ids:
        return
    reasons = _why_gone(batch.digest, subscriber_ids, now)
    write(
        digest_id=batch.digest_id,
        new=State.LEFT,
        failures={one: Failure(reason=reasons.get(one, "suppressed")) for one in subscriber_ids},
        now=now,
    )


def write(
    *,
    digest_id: int,
    new: State,
    failures: Mapping[int, Failure],
    now: datetime,
    follow_up: Batch | None = None,
    tried: bool = True,
) -> None:
    """Set the state of the readers in `failures` (by id), creating or updating their exceptions.

    `follow_up` is the batch that will carry them next; without one they keep what they had. Not
    `tried`: nothing left for them, so it does not count as an attempt.
    """
    if not failures:
        return
    existing = _existing(digest_id, failures)
    rows = []
    for one, failure in failures.items():
        row = existing.get(one) or DeliveryException(digest_id=digest_id, subscriber_id=one)
        rows.append(
            DeliveryException(
                digest_id=digest_id,
                subscriber_id=one,
                state=new,
                reason=failure.reason,
                detail=failure.detail,
                attempts=row.attempts + (tried and new in _TRIED),
                may_have_it=row.may_have_it or failure.reason == SENT_AGAIN,
                follow_up_id=follow_up.pk if follow_up else row.follow_up_id,
                updated_at=now,
            )
        )
    DeliveryException.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["digest", "subscriber_id"],
        update_fields=_CHANGING,
        batch_size=500,
    )
    olds = {one: row.state for one, row in existing.items()}
    _log(digest_id, {one: f.reason for one, f in failures.items()}, olds, new, now)


def _existing(digest_id: int, ids: Collection[int]) -> dict[int, DeliveryException]:
    rows = DeliveryException.objects.filter(digest_id=digest_id, subscriber_id__in=list(ids))
    return {row.subscriber_id: row for row in rows}


def wait(
    *,
    digest_id: int,
    lane: int,
    failures: Mapping[int, Failure],
    now: datetime,
    parent: Batch | None = None,
    not_before: datetime | None = None,
    attempts: int = 0,
    tried: bool = True,
) -> None:
    """Let these readers of a lane wait for a follow-up of their own."""
    follow_up = Batch.objects.create(
        digest_id=digest_id,
        lane=lane,
        size=len(failures),
        parent=parent,
        attempts=attempts,
        not_before=not_before,
    )
    write(
        digest_id=digest_id,
        new=State.RETRY,
        failures=failures,
        now=now,
        follow_up=follow_up,
        tried=tried,
    )


def settle_followed(*, batch: Batch, new: State, now: datetime) -> None:
    """What became of a follow-up: all its recipients that still wait, or are unknown, get `new`.

    Whoever was to be sent an unknown mail again may have it even if that came to nothing.
    """
    unsettled = DeliveryException.objects.filter(
        follow_up=batch, state__in=[State.RETRY, State.UNKNOWN]
    )
    if new in {State.FAILED, State.CANCELLED}:
        _settle(unsettled.filter(may_have_it=True), batch.digest_id, State.UNKNOWN, now)
        unsettled = unsettled.filter(state=State.RETRY, may_have_it=False)
    _settle(unsettled, batch.digest_id, new, now)


def _settle(
    unsettled: QuerySet[DeliveryException], digest_id: int, new: State, now: datetime
) -> None:
    olds = dict(unsettled.values_list("subscriber_id", "state"))
    unsettled.update(state=new, updated_at=now)
    _log(digest_id, dict.fromkeys(olds, ""), olds, new, now)


def hand_on(
    *, batch: Batch, subscriber_ids: Collection[int], follow_up: Batch, now: datetime
) -> None:
    """Readers of a follow-up that was cut short wait for another one."""
    DeliveryException.objects.filter(
        follow_up=batch, subscriber_id__in=list(subscriber_ids), state=State.RETRY
    ).update(follow_up=follow_up, updated_at=now)


def _log(
    digest_id: int,
    reasons: Mapping[int, str],
    olds: Mapping[int, str],
    new: State,
    now: datetime,
) -> None:
    ExceptionChange.objects.bulk_create(
        (
            ExceptionChange(
                digest_id=digest_id,
                subscriber_id=one,
                old=olds.get(one, ""),
                new=new,
                reason=reason,
                at=now,
            )
            for one, reason in reasons.items()
        ),
        batch_size=500,
    )


def _why_gone(digest: Digest, subscriber_ids: Collection[int], now: datetime) -> dict[int, str]:
    """Subscriber id -> reason; who is missing here is suppressed."""
    reasons: dict[int, str] = {}
    ids = list(subscriber_ids)
    for one in Subscriber.objects.filter(pk__in=ids, erased_at__isnull=False).only("pk"):
        reasons[one.pk] = "erased"
    mine = Subscription.objects.filter(newsletter=digest.newsletter_id, subscriber_id__in=ids)
    ended = mine.exclude(state=Subscription.State.ACTIVE)
    for subscriber_id, reason in ended.values_list("subscriber_id", "reason"):
        reasons.setdefault(subscriber_id, reason or "unsubscribed")
    paused = mine.filter(paused_until__gt=now).values_list("subscriber_id", flat=True)
    return dict.fromkeys(paused, "paused") | reasons
