"""Handing a claimed batch over: `submitting` is committed before the first byte leaves."""

import structlog
from django.db import transaction
from django.db.models import Exists

from newsletter.delivery import cancelling
from newsletter.delivery.claims import LEASE, Claim
from newsletter.delivery.shapes import SHAPES, Progress
from newsletter.models import Batch, Digest, Lane
from subscribers.clock import Clock
from subscribers.database import LOST, persist
from subscribers.mailing import limits, state
from subscribers.mailing.answers import Answer, Kind

log = structlog.get_logger(__name__)


def submit(*, claim: Claim, clock: Clock) -> tuple[Answer, Progress] | None:
    """Call the provider once. None: it may not go now (paused, corrected, the lease lapsed).

    The second value says how far a relay had come with the recipients, in id order.
    """
    progress = Progress(claim=claim, clock=clock)
    try:
        begun = _begin(progress)
    except LOST:
        begun = False
    if not begun:
        persist(lambda: give_back(claim=claim, clock=clock), until=progress.is_over)
        return None
    return _call(progress), progress


def give_back(*, claim: Claim, clock: Clock) -> None:
    """Nothing left: the batch waits again, or ends with a digest that was cancelled. Idempotent."""
    # Submitting too: the database may have gone away after it had written that.
    mine = Batch.objects.filter(
        pk=claim.batch.pk,
        token=claim.token,
        state__in=[Batch.State.CLAIMED, Batch.State.SUBMITTING],
    )
    with transaction.atomic():
        given_back = mine.update(state=Batch.State.PENDING, lease_until=None)
        if given_back and claim.grant is not None:
            name, grant = claim.provider.name, claim.grant
            limits.give_back(provider=name, mails=grant.mails, grant=grant)
            state.release(provider=name, grant=grant)
    cancelling.settle(now=clock.now())


def _begin(progress: Progress) -> bool:
    """Only while the digest is still sending, and still with the words that were claimed."""
    claim = progress.claim
    lane = Lane.objects.filter(
        digest_id=claim.batch.digest_id,
        number=claim.batch.lane,
        revision=claim.batch.revision_id,
        digest__state=Digest.State.SENDING,
    )
    mine = Batch.objects.filter(Exists(lane), pk=claim.batch.pk, token=claim.token)
    claim.batch.submitted_at = now = progress.lease_until - LEASE
    started = mine.filter(state=Batch.State.CLAIMED).update(
        state=Batch.State.SUBMITTING, lease_until=progress.lease_until, submitted_at=now
    )
    return bool(started)


def _call(progress: Progress) -> Answer:
    claim = progress.claim
    send = SHAPES[claim.provider.shape]
    try:
        return send(
            provider=claim.provider, mailing=claim.letter.mailing, claim=claim, progress=progress
        )
    except Exception as error:
        # Told at once, not by the end of the lease: the breaker must open before the next batch.
        log.exception(
            "submission_failed",
            digest=progress.claim.batch.digest_id,
            batch=progress.claim.batch.pk,
        )
        detail = f"A fault of our own while it was handed over: {type(error).__name__}."
        return Answer(kind=Kind.UNKNOWN, detail=detail)
