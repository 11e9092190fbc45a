"""A mail of which nobody knows whether the provider took it."""

from newsletter.models import Batch, Delivery, Digest
from subscribers.models import Subscriber


def unknown_batch(digest: Digest, reader: Subscriber) -> Batch:
    """A batch of this reader alone, whose answer never came."""
    Delivery.objects.create(digest=digest, subscriber=reader)
    return Batch.objects.create(
        digest=digest,
        low=reader.pk - 1,
        high=reader.pk,
        size=1,
        state=Batch.State.UNKNOWN,
        provider="sendgrid",
        revision=digest.revision,
    )
