"""Recording what a provider answered: the table of answers in docs/delivery.md, row by row.

Every change names the claim's token, so a worker whose lease lapsed cannot overwrite a later
claim; it may still turn its own `unknown` into `accepted`, because it alone has the answer. Into
nothing else: the digest may be sent by now, and nobody would carry what waits again.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import QuerySet

from newsletter.delivery import exceptions, refusals, splitting
from newsletter.delivery.claims import Claim
from newsletter.delivery.shapes import Progress
from newsletter.digests import lifecycle
from newsletter.models import Attempt, Batch, DeliveryException
from newsletter.release import alerts
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.backoff import after_attempts

MOST_ATTEMPTS = 5

State = Batch.State
log = structlog.get_logger(__name__)


def record(*, claim: Claim, answer: Answer, progress: Progress, now: datetime) -> bool:
    """Write down how the call ended, in one transaction; False when the claim is not ours now."""
    if _is_happy(claim, answer, progress):
        recorded = _finish(claim, State.ACCEPTED, answer.detail, now)
    else:
        recorded = _record_details(claim, answer, progress, now)
    if not recorded:
        return False
    if answer.kind in {Kind.ACCOUNT, Kind.REFUSED}:
        _pause(claim, answer, now)
    log.info(
        "batch_answered",
        digest=claim.batch.digest_id,
        batch=claim.batch.pk,
        answer=str(answer.kind),
        recipients=len(claim.recipients),
    )
    return True


def nobody_left(*, claim: Claim, now: datetime) -> None:
    """A batch whose readers have all left: done without a call."""
    _finish(claim, State.ACCEPTED, "nobody left to mail", now)


def retry_at(*, answer: Answer, attempts: int, now: datetime) -> datetime:
    """When a batch of which nothing left may be claimed again."""
    wait = after_attempts(attempts)
    if answer.retry_after is not None:
        wait = max(wait, timedelta(seconds=answer.retry_after))
    return now + wait


def _is_happy(claim: Claim, answer: Answer, progress: Progress) -> bool:
    """Everybody of a range was taken: one statement is all that it needs."""
    differs = answer.failed or answer.retry or claim.is_follow_up
    return answer.kind is Kind.ACCEPTED and not (differs or _is_partial(claim, answer, progress))


@transaction.atomic
def _record_details(claim: Claim, answer: Answer, progress: Progress, now: datetime) -> bool:
    batch = _ours(claim).select_for_update(of=("self",)).first()
    if batch is None:
        return False
    if batch.state == State.UNKNOWN:
        return _record_late(claim, answer, now)
    refusals.record(claim=claim, answer=answer, now=now)
    if answer.kind is not Kind.ACCEPTED:
        _log_attempt(claim, answer, now)
    if _is_partial(claim, answer, progress):
        splitting.at_progress(claim=claim, progress=progress, answer=answer, now=now)
    else:
        _record_whole(claim, answer, now)
    return True


def _record_late(claim: Claim, answer: Answer, now: datetime) -> bool:
    """The sweep called it unknown; whoever was refused for now has failed, for it is too late."""
    if answer.kind is not Kind.ACCEPTED:
        return False
    failed = {**answer.failed, **answer.retry}
    refusals.record(claim=claim, answer=replace(answer, failed=failed, retry={}), now=now)
    return _finish(claim, State.ACCEPTED, answer.detail, now)


def _ours(claim: Claim) -> QuerySet[Batch]:
    return Batch.objects.filter(
        pk=claim.batch.pk,
        token=claim.token,
        state__in=[State.CLAIMED, State.SUBMITTING, State.UNKNOWN],
    )


def _is_partial(claim: Claim, answer: Answer, progress: Progress) -> bool:
    """Whether a relay came to some of the readers and not to all of them."""
    if answer.unknown or answer.not_sent:
        return True
    if progress.submitted_to is None and progress.acked_to is None:
        return False
    return progress.acked_to != claim.recipients[-1].subscriber_id


def _record_whole(claim: Claim, answer: Answer, now: datetime) -> None:
    if answer.kind is Kind.ACCEPTED:
        _finish(claim, State.ACCEPTED, answer.detail, now)
    elif answer.kind is Kind.UNKNOWN:
        _finish(claim, State.UNKNOWN, answer.detail, now)
    elif answer.kind is Kind.NOT_ACCEPTED and _times_not_accepted(claim) >= MOST_ATTEMPTS:
        _finish(claim, State.FAILED, answer.detail, now)
    else:
        _ours(claim).update(
            state=State.PENDING,
            not_before=retry_at(answer=answer, attempts=claim.batch.attempts, now=now),
            answer=answer.detail,
            lease_until=None,
        )


def _times_not_accepted(claim: Claim) -> int:
    """How often the provider has said so, this time included; other troubles do not count."""
    return Attempt.objects.filter(batch=claim.batch, outcome=Kind.NOT_ACCEPTED.value).count()


def _finish(claim: Claim, new: State, detail: str, now: datetime) -> bool:
    done = _ours(claim).update(state=new, answer=detail, finished_at=now, lease_until=None)
    if done and claim.is_follow_up:
        exceptions.settle_followed(
            batch=claim.batch, new=DeliveryException.State(new.value), now=now
        )
    return bool(done)


def _log_attempt(claim: Claim, answer: Answer, now: datetime) -> None:
    Attempt.objects.create(
        batch=claim.batch,
        token=claim.token,
        provider=claim.batch.provider,
        revision=claim.revision,
        low=claim.batch.low,
        high=claim.batch.high,
        outcome=answer.kind.value,
        answer=answer.detail,
        at=now,
    )


def _pause(claim: Claim, answer: Answer, now: datetime) -> None:
    """The account or the mail itself is refused: no other batch would fare better."""
    reason = f"The provider refused to send: {answer.detail}"[:300]
    digest = claim.batch.digest
    if lifecycle.pause(digest_id=digest.pk, by=None, now=now, reason=reason):
        digest.refresh_from_db(fields=["state"])
        alerts.tell_staff(digest=digest, message=reason, now=now)
