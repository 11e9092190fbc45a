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

from newsletter.delivery import (
    attempts,
    bisection,
    brake,
    exceptions,
    lanes,
    refusals,
    replaying,
    splitting,
    trouble,
    windows,
)
from newsletter.delivery.claims import Claim
from newsletter.delivery.shapes import Progress
from newsletter.models import Attempt, Batch, DeliveryException
from subscribers.mailing import limits, state
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.backoff import after_attempts
from subscribers.mailing.providers import Shape

MOST_ATTEMPTS = 5

State = Batch.State
log = structlog.get_logger(__name__)


def record(*, claim: Claim, answer: Answer, progress: Progress, now: datetime) -> bool:
    """Write down how the call ended, in one transaction; False when the claim is not ours now."""
    if _is_happy(claim, answer, progress):
        recorded = _finish(claim, State.ACCEPTED, answer.detail, now)
    else:
        recorded = _record_details(claim, answer, progress, now)
    if recorded:
        log.info(
            "batch_answered",
            digest=claim.batch.digest_id,
            batch=claim.batch.pk,
            answer=str(answer.kind),
            readers=len(claim.recipients),
            failed=len(answer.failed),
            provider=claim.provider.name,
            attempt=claim.batch.attempts,
        )
    return recorded


def nobody_left(*, claim: Claim, now: datetime) -> None:
    """A batch whose readers have all left: done without a call."""
    _finish(claim, State.ACCEPTED, "nobody left to mail", now)
    if claim.batch.bisection:
        bisection.advance(digest_id=claim.batch.digest_id, now=now)


def retry_at(*, answer: Answer, attempts: int, now: datetime) -> datetime:
    """When a batch of which nothing left may be claimed again."""
    wait = after_attempts(attempts)
    if answer.retry_after is not None:
        wait = max(wait, timedelta(seconds=answer.retry_after))
    return now + wait


def _is_happy(claim: Claim, answer: Answer, progress: Progress) -> bool:
    """Everybody of a range was taken by a provider that is well: one statement is all it needs."""
    grant = claim.grant
    differs = (
        answer.failed
        or answer.retry
        or claim.is_follow_up
        or claim.batch.bisection
        or (grant is not None and (grant.is_probe or grant.is_shaky))
        or _is_partial(claim, answer, progress)
    )
    return answer.kind is Kind.ACCEPTED and not differs


@transaction.atomic
def _record_details(claim: Claim, answer: Answer, progress: Progress, now: datetime) -> bool:
    batch = _ours(claim).select_for_update(of=("self",)).first()
    if batch is None:
        return False
    if batch.state == State.UNKNOWN:
        return _record_late(claim, answer, now)
    refusals.record(claim=claim, answer=answer, now=now)
    if answer.kind is not Kind.ACCEPTED:
        attempts.log(batch=claim.batch, answer=answer, now=now)
    if _is_partial(claim, answer, progress):
        _record_part(claim, answer, progress, now)
    else:
        _record_whole(claim, answer, now)
    _tell_everybody(claim, answer, progress, now)
    return True


def _tell_everybody(claim: Claim, answer: Answer, progress: Progress, now: datetime) -> None:
    """What the answer means beyond this batch: for the provider, the digest, and its halves."""
    assert claim.grant is not None  # noqa: S101  (there was a call)
    name, digest_id = claim.provider.name, claim.batch.digest_id
    limits.give_back(provider=name, mails=_unsent(claim, answer, progress), grant=claim.grant)
    if answer.stopped:
        state.release(provider=name, grant=claim.grant)
    else:
        state.note(provider=name, grant=claim.grant, answer=answer, now=now)
    trouble.follow(claim=claim, answer=answer, now=now)
    if answer.failed or answer.kind is Kind.NOT_ACCEPTED:
        brake.check(digest_id=digest_id, now=now)
    if claim.batch.bisection:
        bisection.advance(digest_id=digest_id, now=now)


def _unsent(claim: Claim, answer: Answer, progress: Progress) -> int:
    """How many of those reserved did not leave, as far as one can tell."""
    reached = max(progress.acked_to or 0, progress.submitted_to or 0)
    if reached:
        beyond = sum(1 for one in claim.recipients if (one.subscriber_id or 0) > reached)
        return beyond + len(answer.not_sent)
    gone = answer.kind in {Kind.ACCEPTED, Kind.UNKNOWN}
    return 0 if gone else len(claim.recipients)


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


def _record_part(claim: Claim, answer: Answer, progress: Progress, now: datetime) -> None:
    wait, attempts = None, splitting.in_vain(batch=claim.batch, acked_to=progress.acked_to)
    if answer.kind not in {Kind.ACCEPTED, Kind.UNKNOWN}:
        wait = now + after_attempts(attempts)
    windows.record(claim=claim, answer=answer, not_before=wait, attempts=attempts, now=now)
    splitting.by_progress(
        batch=claim.batch,
        acked_to=progress.acked_to,
        submitted_to=progress.submitted_to,
        rest_not_before=wait,
        now=now,
    )
    replaying.plan(claim=claim, now=now)


def _record_whole(claim: Claim, answer: Answer, now: datetime) -> None:
    match answer.kind:
        case Kind.ACCEPTED:
            _finish(claim, State.ACCEPTED, answer.detail, now)
        case Kind.UNKNOWN:
            _finish(claim, State.UNKNOWN, answer.detail, now)
            replaying.plan(claim=claim, now=now)
        case Kind.REFUSED if answer.failed:
            # Those named have failed; the others go at once.
            _put_back(claim, answer, None)
        case Kind.REFUSED if claim.provider.shape is not Shape.SMTP:
            bisection.refuse(batch=claim.batch, detail=answer.detail, now=now)
        case Kind.NOT_ACCEPTED if _is_given_up(claim, now):
            _finish(claim, State.FAILED, answer.detail, now)
        case Kind.ACCOUNT:
            # The next provider takes it at once; without one the digest is paused.
            _put_back(claim, answer, None)
        case _:
            again = retry_at(answer=answer, attempts=claim.batch.attempts, now=now)
            _put_back(claim, answer, again)


def _put_back(claim: Claim, answer: Answer, not_before: datetime | None) -> None:
    _ours(claim).update(
        state=State.PENDING, not_before=not_before, answer=answer.detail, lease_until=None
    )


def _is_given_up(claim: Claim, now: datetime) -> bool:
    """Whether the provider said often enough that it took nothing; other troubles do not count.

    Where it took others of the mail since, it is this batch. Where it took nobody, it is the
    provider: the batch waits for it until the deadline of its lane, when the digest is paused.
    """
    said = Attempt.objects.filter(batch=claim.batch, outcome=Kind.NOT_ACCEPTED.value)
    times = list(said.order_by("at").values_list("at", flat=True))
    if len(times) < MOST_ATTEMPTS:
        return False
    others = Batch.objects.filter(
        digest_id=claim.batch.digest_id, provider=claim.provider.name, state=State.ACCEPTED
    )
    if others.filter(submitted_at__isnull=False, finished_at__gt=times[0]).exists():
        return True
    released = lanes.handover_from(batch=claim.batch)
    return released is None or now > released + refusals.DEADLINE


def _finish(claim: Claim, new: State, detail: str, now: datetime) -> bool:
    done = _ours(claim).update(state=new, answer=detail, finished_at=now, lease_until=None)
    if done and claim.is_follow_up:
        exceptions.settle_followed(
            batch=claim.batch, new=DeliveryException.State(new.value), now=now
        )
    return bool(done)
