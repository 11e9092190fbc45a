"""A break without leaving: no mails until a day.

Like `subscriptions`: each function is one transaction, changes a row by an UPDATE that names what
was, and writes one consent per change. Doing a thing twice does it once. Nothing has to happen at
the end of a break: `audience` reads the instant.
"""

from calendar import monthrange
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from subscribers.choosing.changing import change
from subscribers.ledger import Proof
from subscribers.models import Consent, Newsletter

LONGEST = timedelta(days=366)


class NotADay(ValueError):
    """A break cannot end on that day: it is past, or more than a year away."""


def a_week_on(*, now: datetime, zone: ZoneInfo) -> date:
    """The same weekday next week, where the newsletter is made."""
    return now.astimezone(zone).date() + timedelta(days=7)


def a_month_on(*, now: datetime, zone: ZoneInfo) -> date:
    """The same day of next month, or its last one where it is shorter."""
    today = now.astimezone(zone).date()
    year, month = (today.year + 1, 1) if today.month == 12 else (today.year, today.month + 1)
    return date(year, month, min(today.day, monthrange(year, month)[1]))


def starts(*, day: date, now: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which `day` begins in `zone`; raises NotADay unless it lies ahead."""
    today = now.astimezone(zone).date()
    if not today < day <= today + LONGEST:
        raise NotADay(f"{day} does not lie in the year from {today}.")
    return datetime.combine(day, time.min, tzinfo=zone).astimezone(UTC)


def pause(
    *, subscriber_id: int, newsletter: Newsletter, until: datetime, proof: Proof, now: datetime
) -> bool:
    """Let no mail go before `until` (aware, see `starts`); whether that changed anything."""
    return change(
        subscriber_id=subscriber_id,
        newsletter=newsletter,
        differs=~Q(paused_until=until),
        act=Consent.Act.PAUSED,
        detail=in_words(until=until, newsletter=newsletter),
        proof=proof,
        now=now,
        paused_until=until,
    )


def in_words(*, until: datetime, newsletter: Newsletter) -> str:
    """ "until 2026-12-01": a break as the ledger tells it."""
    return f"until {until.astimezone(newsletter.zone).date()}"


def resume(*, subscriber_id: int, newsletter: Newsletter, proof: Proof, now: datetime) -> bool:
    """End a break before its day; whether there was one at `now`."""
    return change(
        subscriber_id=subscriber_id,
        newsletter=newsletter,
        differs=Q(paused_until__gt=now),
        act=Consent.Act.RESUMED,
        proof=proof,
        now=now,
        paused_until=None,
    )
