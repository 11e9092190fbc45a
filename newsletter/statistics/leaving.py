"""Who left because of a digest: as far as rows can tell."""

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count

from newsletter.delivery import reached
from newsletter.models import Digest
from subscribers import bounces
from subscribers.models import Subscription

# A mail that is a week old is not what somebody leaves for.
WITHIN = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Leavers:
    """Readers of one digest whose subscription to its newsletter ended within a week of it."""

    left: int = 0
    # Reported it, or another mail of ours, as spam.
    complained: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.left + self.complained


def because_of(*, digest: Digest) -> Leavers:
    """Those who have it, or may have, and left from the start of sending to 7 days later.

    Whose mailbox turned out to be dead did not leave; who came back is not counted. One statement.
    """
    if digest.sending_at is None:
        return Leavers()
    ended = Subscription.objects.filter(
        reached.by(digest_id=digest.pk),
        newsletter_id=digest.newsletter_id,
        state=Subscription.State.ENDED,
        ended_at__gte=digest.sending_at,
        ended_at__lt=digest.sending_at + WITHIN,
    ).exclude(reason=bounces.BOUNCED)
    found = dict(ended.order_by().values_list("reason").annotate(Count("pk")))
    complained = found.pop(bounces.COMPLAINED, 0)
    return Leavers(left=sum(found.values()), complained=complained)
