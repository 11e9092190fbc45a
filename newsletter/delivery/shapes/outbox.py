"""The outbox takes a whole batch in one write."""

from newsletter.delivery.claims import Claim
from newsletter.delivery.shapes.progress import Progress
from subscribers.mailing import outbox
from subscribers.mailing.answers import Answer
from subscribers.mailing.messages import Mailing
from subscribers.mailing.providers import Provider


def send(*, provider: Provider, mailing: Mailing, claim: Claim, progress: Progress) -> Answer:
    """Keep the batch in the outbox."""
    return outbox.record(
        mailing=mailing,
        recipients=claim.recipients,
        token=claim.token,
        now=progress.clock.now(),
    )
