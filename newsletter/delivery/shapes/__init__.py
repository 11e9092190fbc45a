"""One file per way that a provider takes a batch; each a function of the same form."""

from typing import Protocol

from newsletter.delivery.claims import Claim
from newsletter.delivery.shapes import merge_batch, one_by_one, outbox, smtp
from newsletter.delivery.shapes.progress import Progress
from subscribers.mailing.answers import Answer
from subscribers.mailing.messages import Mailing
from subscribers.mailing.providers import Provider, Shape


class Send(Protocol):
    """Hands `claim.recipients` to the provider and says how it ended; never raises for that."""

    def __call__(
        self, *, provider: Provider, mailing: Mailing, claim: Claim, progress: Progress
    ) -> Answer: ...


SHAPES: dict[Shape, Send] = {
    Shape.MERGE_BATCH: merge_batch.send,
    Shape.ONE_BY_ONE: one_by_one.send,
    Shape.OUTBOX: outbox.send,
    Shape.SMTP: smtp.send,
}

__all__ = ["SHAPES", "Progress", "Send"]
