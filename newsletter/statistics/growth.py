"""How a newsletter grows: who joined and who left, day by day in its own zone."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate

from newsletter.models import Digest
from newsletter.statistics.leaving import WITHIN
from subscribers.models import Consent, Newsletter

DAYS = 30
Act = Consent.Act
_JOINED = [Act.CONFIRMED, Act.ADDED, Act.REJOINED, Act.IMPORTED]


@dataclass(frozen=True, slots=True)
class Day:
    """Readers who joined and left on one day."""

    day: date
    joined: int = 0
    left: int = 0

    @property
    def change(self) -> int:
        """How many more readers there are after it."""
        return self.joined - self.left


def around(*, digest: Digest, now: datetime) -> list[Day]:
    """The 30 days that end a week after a digest began to go out, or today."""
    began = digest.sending_at or now
    end = min(now, began + WITHIN)
    zone = digest.newsletter.zone
    return by_day(newsletter=digest.newsletter, until=end.astimezone(zone).date())


def by_day(*, newsletter: Newsletter, until: date) -> list[Day]:
    """The 30 days up to and with `until`, oldest first, also those on which nothing happened.

    Counted from consents, the proof of each act: who came back joined again. Leaving what was
    never confirmed is no leaving. One statement.
    """
    zone = newsletter.zone
    first = until - timedelta(days=DAYS - 1)
    acts = Consent.objects.filter(
        newsletter=newsletter,
        at__gte=datetime.combine(first, time(), tzinfo=zone),
        at__lt=datetime.combine(until + timedelta(days=1), time(), tzinfo=zone),
    )
    earlier = Consent.objects.filter(
        subscriber_id=OuterRef("subscriber_id"),
        newsletter=newsletter,
        act__in=_JOINED,
        at__lte=OuterRef("at"),
    )
    rows = (
        acts.order_by()
        .values(day=TruncDate("at", tzinfo=zone))
        .annotate(
            joined=Count("pk", filter=Q(act__in=_JOINED)),
            left=Count("pk", filter=Q(act=Act.LEFT) & Q(Exists(earlier))),
        )
    )
    found = {row["day"]: Day(**row) for row in rows}
    days = (first + timedelta(days=number) for number in range(DAYS))
    return [found.get(day, Day(day)) for day in days]
