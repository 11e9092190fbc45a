"""What other stages ask about digests."""

from newsletter.models import Digest
from subscribers.models import Newsletter

# Readers have it, or are getting it now.
OUT = (Digest.State.SENDING, Digest.State.SENT)


def latest_sent(*, newsletter: Newsletter) -> Digest | None:
    """The newest digest that readers got, with its revision; None before the first."""
    return (
        Digest.objects.filter(newsletter=newsletter, state__in=OUT, revision__isnull=False)
        .select_related("newsletter", "revision")
        .defer("revision__html", "revision__text")
        .order_by("-sending_at", "-id")
        .first()
    )
