"""Recipients that the provider refused while it took others: failed, or tried again later."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from newsletter.delivery import exceptions, lanes
from newsletter.delivery.claims import Claim
from newsletter.models import DeliveryException
from subscribers import bounces
from subscribers.bounces import DeadEnd
from subscribers.mailing.answers import Answer, Failure

RETRY_FIRST = timedelta(minutes=15)
# Handover deadline: a briefing that comes later than this helps nobody.
DEADLINE = timedelta(hours=6)

State = DeliveryException.State


def record(*, claim: Claim, answer: Answer, now: datetime) -> None:
    """Exceptions for `answer.failed` and `answer.retry`, the latter with a follow-up batch.

    Readers whose mailbox does not exist (SMTP 5.1.x) are suppressed in the same transaction, and
    what they get is ended.
    """
    exceptions.write(
        digest_id=claim.batch.digest_id, new=State.FAILED, failures=answer.failed, now=now
    )
    _end(answer.failed, now)
    if answer.retry:
        _try_again(claim, answer.retry, now)


def _end(failures: Mapping[int, Failure], now: datetime) -> None:
    """A mailbox that does not exist gets nothing more, as after a provider's report of it."""
    bounces.apply(
        dead_ends=[
            DeadEnd(subscriber_id=one, at=now, detail=failure.detail)
            for one, failure in failures.items()
            if failure.suppress
        ],
        now=now,
    )


def _try_again(claim: Claim, readers: Mapping[int, Failure], now: datetime) -> None:
    earlier = (
        DeliveryException.objects.filter(
            digest_id=claim.batch.digest_id, subscriber_id__in=list(readers)
        )
        .order_by("-attempts")
        .values_list("attempts", flat=True)
        .first()
    )
    due = now + RETRY_FIRST * (1 << min(earlier or 0, 10))
    released = lanes.handover_from(batch=claim.batch) or now
    if due > released + DEADLINE:
        exceptions.write(
            digest_id=claim.batch.digest_id, new=State.FAILED, failures=readers, now=now
        )
        return
    exceptions.wait(
        digest_id=claim.batch.digest_id,
        lane=claim.batch.lane,
        failures=readers,
        now=now,
        parent=claim.batch,
        not_before=due,
    )
