"""What the preference page shows of each newsletter: on or off, its rhythm, breaks to take."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.db.models import Q

from subscribers.choosing import breaks
from subscribers.choosing.rhythm_offers import Choice, Hours, frequency_choices, hours
from subscribers.extensions import Rhythm, registered
from subscribers.models import Newsletter, Subscriber, Subscription
from subscribers.moments import date_in_words, moment_in_words, zone_of


@dataclass(frozen=True, slots=True)
class Row:
    """One newsletter. Dates are in words; "" where there is none."""

    newsletter: Newsletter
    cadence: str
    # The next mail, by the reader's clock.
    comes: str
    gets_it: bool
    # Empty where there is nothing to choose.
    frequencies: list[Choice]
    # None where all get it at once.
    hours: Hours | None
    # On a break until then.
    until: str
    week_until: str
    month_until: str
    # For a date field: "2026-12-01".
    first_day: date
    last_day: date


def rows(*, subscriber: Subscriber, now: datetime) -> list[Row]:
    """A row for each newsletter that the reader gets or may get, in their order."""
    mine = {
        one.newsletter_id: one
        for one in Subscription.objects.filter(
            subscriber=subscriber, state=Subscription.State.ACTIVE
        )
    }
    offered = list(Newsletter.objects.filter(Q(is_open=True) | Q(pk__in=mine)))
    for one in offered:
        if one.pk in mine:
            # So that what is asked of it further on is asked once.
            mine[one.pk].newsletter, mine[one.pk].subscriber = one, subscriber
    return [_row(one, mine.get(one.pk), subscriber, now) for one in offered]


def break_in_words(*, until: datetime, newsletter: Newsletter, now: datetime) -> str:
    """ "Monday 3 March", the day on which it comes back."""
    zone = newsletter.zone
    return date_in_words(until.astimezone(zone).date(), today=now.astimezone(zone).date())


def _row(
    newsletter: Newsletter, mine: Subscription | None, subscriber: Subscriber, now: datetime
) -> Row:
    known, zone = registered(), newsletter.zone
    today = now.astimezone(zone).date()
    own_zone = zone_of(reader=subscriber, newsletter=newsletter)
    at = known.next_release(newsletter, now, _rhythm(mine, own_zone)) if mine else None
    until = mine.paused_until if mine else None
    is_away = until is not None and until > now
    return Row(
        newsletter=newsletter,
        cadence=known.cadence(newsletter),
        comes=moment_in_words(at=at, now=now, zone=own_zone) if at and not is_away else "",
        gets_it=mine is not None,
        frequencies=frequency_choices(newsletter=newsletter, chosen=mine.frequency) if mine else [],
        hours=hours(newsletter=newsletter, reader=subscriber, mine=mine) if mine else None,
        until=break_in_words(until=until, newsletter=newsletter, now=now)
        if until and is_away
        else "",
        week_until=date_in_words(breaks.a_week_on(now=now, zone=zone), today=today),
        month_until=date_in_words(breaks.a_month_on(now=now, zone=zone), today=today),
        first_day=date.fromordinal(today.toordinal() + 1),
        last_day=today + breaks.LONGEST,
    )


def _rhythm(mine: Subscription, zone: ZoneInfo) -> Rhythm:
    return Rhythm(
        zone,
        own_time=mine.own_time,
        frequency=mine.frequency,
        subscriber_id=mine.subscriber_id,
    )
