"""How a digest went: everything that is counted of it, in a few statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from newsletter.delivery.counts import Counts
from newsletter.models import DeliveryException, Digest
from newsletter.statistics import growth, leaving
from newsletter.statistics.growth import Day
from newsletter.statistics.leaving import Leavers
from newsletter.tracking import queries
from newsletter.tracking.queries import Bounces, LinkCount


@dataclass(frozen=True, slots=True)
class Outcome:
    """`refused` mailboxes do not exist and said so at the door; `bounces` were reported later."""

    counts: Counts
    bounces: Bounces
    refused: int
    links: Sequence[LinkCount]
    leavers: Leavers
    days: Sequence[Day]

    @property
    def hard_bounces(self) -> int:
        """Mailboxes that do not exist; a reader is refused or reported, never both."""
        return self.refused + self.bounces.hard

    @property
    def clicks(self) -> int:
        """On all its links."""
        return sum(link.clicks for link in self.links)

    @property
    def joined(self) -> int:
        """Readers who joined the newsletter in its 30 days."""
        return sum(day.joined for day in self.days)

    @property
    def left(self) -> int:
        """Readers who left the newsletter in its 30 days."""
        return sum(day.left for day in self.days)


def outcome(*, digest: Digest, counts: Counts, now: datetime) -> Outcome:
    """All of it at `now`; six statements. `counts` are those of the digest."""
    refused = DeliveryException.objects.filter(
        digest=digest, state=DeliveryException.State.FAILED, reason="bad_mailbox"
    )
    return Outcome(
        counts=counts,
        bounces=queries.bounces(digest_id=digest.pk),
        refused=refused.count(),
        links=queries.clicks(digest_id=digest.pk),
        leavers=leaving.because_of(digest=digest),
        days=growth.around(digest=digest, now=now),
    )
