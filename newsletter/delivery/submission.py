"""Handing a claimed batch over: `submitting` is committed before the first byte leaves."""

import structlog
from django.db.models import Exists, OuterRef

from newsletter.delivery import cancelling
from newsletter.delivery.claims import Claim
from newsletter.delivery.shapes import SHAPES, Progress
from newsletter.models import Batch, Digest
from newsletter.rendering import message
from subscribers.clock import Clock
from subscribers.database import LOST, persist
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.messages import Mailing
from subscribers.mailing.providers import Provider

_SENDING = Digest.objects.filter(pk=OuterRef("digest_id"), state=Digest.State.SENDING)

log = structlog.get_logger(__name__)


def submit(*, claim: Claim, provider: Provider, clock: Clock) -> tuple[Answer, Progress] | None:
    """Call the provider once. None: it may not go now (paused, cancelled, the lease lapsed).

    The second value says how far a relay had come with the recipients, in id order.
    """
    mailing = message.mailing(revision=claim.revision)
    progress = Progress(claim=claim, clock=clock)
    try:
        begun = _begin(progress)
    except LOST:
        begun = False
    if not begun:
        persist(lambda: give_back(claim=claim, clock=clock), until=progress.is_over)
        return None
    return _call(provider, mailing, progress), progress


def give_back(*, claim: Claim, clock: Clock) -> None:
    """Nothing left: the batch waits again, or ends with a digest that was cancelled."""
    mine = Batch.objects.filter(pk=claim.batch.pk, token=claim.token)
    # Submitting too: the database may have gone away after it had written that.
    mine.filter(state__in=[Batch.State.CLAIMED, Batch.State.SUBMITTING]).update(
        state=Batch.State.PENDING, lease_until=None
    )
    cancelling.settle(now=clock.now())


def _begin(progress: Progress) -> bool:
    claim = progress.claim
    mine = Batch.objects.filter(Exists(_SENDING), pk=claim.batch.pk, token=claim.token)
    started = mine.filter(state=Batch.State.CLAIMED).update(
        state=Batch.State.SUBMITTING, lease_until=progress.lease_until
    )
    return bool(started)


def _call(provider: Provider, mailing: Mailing, progress: Progress) -> Answer:
    send = SHAPES[provider.shape]
    try:
        return send(provider=provider, mailing=mailing, claim=progress.claim, progress=progress)
    except Exception as error:
        # Told at once, not by the end of the lease: the breaker must open before the next batch.
        log.exception("submission_failed", batch=progress.claim.batch.pk)
        detail = f"A fault of our own while it was handed over: {type(error).__name__}."
        return Answer(kind=Kind.UNKNOWN, detail=detail)
