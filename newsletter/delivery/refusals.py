"""Recipients that the provider refused while it took others: failed, or tried again later."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import datetime, timedelta

from newsletter.delivery import exceptions
from newsletter.delivery.claims import Claim
from newsletter.models import Batch, DeliveryException
from subscribers import suppression
from subscribers.mailing.answers import Answer, Failure
from subscribers.models import Subscriber, Suppression

RETRY_FIRST = timedelta(minutes=15)
# Handover deadline: a briefing that comes later than this helps nobody.
DEADLINE = timedelta(hours=6)

State = DeliveryException.State


def record(*, claim: Claim, answer: Answer, now: datetime) -> None:
    """Exceptions for `answer.failed` and `answer.retry`, the latter with a follow-up batch.

    Readers whose mailbox does not exist (SMTP 5.1.x) are suppressed in the same transaction.
    """
    exceptions.write(
        digest_id=claim.batch.digest_id, new=State.FAILED, failures=answer.failed, now=now
    )
    _suppress(answer.failed, now)
    if answer.retry:
        _try_again(claim, answer.retry, now)


def _suppress(failures: Mapping[int, Failure], now: datetime) -> None:
    dead = {one: failure for one, failure in failures.items() if failure.suppress}
    if not dead:
        return
    readers = Subscriber.objects.filter(pk__in=list(dead)).exclude(address_hash="")
    hashes_by_detail: defaultdict[str, list[str]] = defaultdict(list)
    for subscriber_id, address_hash in readers.values_list("pk", "address_hash"):
        hashes_by_detail[dead[subscriber_id].detail].append(address_hash)
    for detail, hashes in hashes_by_detail.items():
        suppression.suppress(
            address_hashes=hashes,
            reason=Suppression.Reason.HARD_BOUNCE,
            detail=detail,
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
    released = claim.batch.digest.handover_from or now
    if due > released + DEADLINE:
        exceptions.write(
            digest_id=claim.batch.digest_id, new=State.FAILED, failures=readers, now=now
        )
        return
    follow_up = Batch.objects.create(
        digest=claim.batch.digest,
        lane=claim.batch.lane,
        size=len(readers),
        parent=claim.batch,
        not_before=due,
    )
    exceptions.write(
        digest_id=claim.batch.digest_id,
        new=State.RETRY,
        failures=readers,
        now=now,
        follow_up=follow_up,
    )
