"""One API call takes a whole batch, with each reader's values beside the mail."""

from newsletter.delivery.claims import Claim
from newsletter.delivery.shapes.progress import Progress
from subscribers.mailing.answers import Answer
from subscribers.mailing.api import calls
from subscribers.mailing.messages import Mailing
from subscribers.mailing.providers import Provider


def send(*, provider: Provider, mailing: Mailing, claim: Claim, progress: Progress) -> Answer:
    """Hand the batch over in one call."""
    return calls.send(
        provider=provider,
        mailing=mailing,
        recipients=claim.recipients,
        token=claim.token,
    )
