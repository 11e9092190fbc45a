"""Handing a claimed batch over: `submitting` is committed before the first byte leaves."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from newsletter.delivery import cancelling
from newsletter.delivery.claims import LEASE, Claim
from newsletter.delivery.shapes import SHAPES, Progress
from newsletter.models import Batch, Digest
from newsletter.rendering import message
from subscribers.clock import Clock
from subscribers.mailing.answers import Answer
from subscribers.mailing.providers import Provider

_SENDING = Digest.objects.filter(pk=OuterRef("digest_id"), state=Digest.State.SENDING)


def submit(*, claim: Claim, provider: Provider, clock: Clock) -> tuple[Answer, Progress] | None:
    """Call the provider once. None: it may not go now (paused, cancelled, the lease lapsed).

    The second value says how far a relay had come with the recipients, in id order.
    """
    mine = Batch.objects.filter(Exists(_SENDING), pk=claim.batch.pk, token=claim.token)
    started = mine.filter(state=Batch.State.CLAIMED).update(
        state=Batch.State.SUBMITTING, lease_until=clock.now() + LEASE
    )
    if not started:
        give_back(claim=claim, now=clock.now())
        return None
    progress = Progress(claim=claim, clock=clock)
    answer = SHAPES[provider.shape](
        provider=provider,
        mailing=message.mailing(revision=claim.revision),
        claim=claim,
        progress=progress,
    )
    return answer, progress


def give_back(*, claim: Claim, now: datetime) -> None:
    """Nothing left: the batch waits again, or ends with a digest that was cancelled."""
    mine = Batch.objects.filter(pk=claim.batch.pk, token=claim.token, state=Batch.State.CLAIMED)
    mine.update(state=Batch.State.PENDING, lease_until=None)
    cancelling.settle(now=now)
