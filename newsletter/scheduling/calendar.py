"""The calendar: every mail of a span of days, made or planned, on its newsletter's own day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q

from newsletter.models import Digest, Schedule
from newsletter.scheduling import ahead, upcoming
from newsletter.scheduling.ahead import DayOff
from subscribers.models import Newsletter

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail. `digest` is None while it is only planned; `at` while it has no time."""

    day: date
    at: datetime | None
    newsletter: Newsletter
    digest: Digest | None
    is_weekly: bool


@dataclass(frozen=True, slots=True)
class Found:
    """What there is in a span of days, by day and time."""

    entries: list[Entry]
    days_off: list[DayOff]


def between(*, first: date, last: date, now: datetime, newsletter: Newsletter | None) -> Found:
    """All from `first` to `last`, both included; `newsletter`: only its own.

    Days are those of each newsletter's zone. Only what is still to come is planned. A fixed number
    of statements.
    """
    schedules = [
        schedule
        for schedule in upcoming.active_schedules()
        if newsletter is None or schedule.newsletter_id == newsletter.pk
    ]
    found = [*_made(first, last, newsletter), *_planned(schedules, first, last, now)]
    # A day of what lies behind has its mail or had none: the rule may have been another then.
    ahead_from = max(first, now.date())
    return Found(
        entries=sorted(found, key=_in_order),
        days_off=ahead.days_off(schedules=schedules, first=ahead_from, last=last),
    )


def _in_order(entry: Entry) -> tuple[date, bool, time, int]:
    """By what the clock of its newsletter says, as the calendar shows it."""
    clock = entry.at.astimezone(entry.newsletter.zone).time() if entry.at else time.min
    return entry.day, entry.at is None, clock, entry.newsletter.position


def _made(first: date, last: date, newsletter: Newsletter | None) -> Iterator[Entry]:
    since, until = _around(first, last)
    # A name begins with its date.
    named = Q(occurrence__gte=first.isoformat(), occurrence__lt=(last + DAY).isoformat())
    timed = Q(release_at__gte=since, release_at__lt=until)
    digests = Digest.objects.filter(timed | (Q(release_at__isnull=True) & named))
    if newsletter is not None:
        digests = digests.filter(newsletter=newsletter)
    for digest in digests.select_related("newsletter").defer("intro", "sign_off"):
        zone = digest.newsletter.zone
        at = upcoming.own_time(digest=digest, zone=zone)
        day = at.astimezone(zone).date() if at else digest.day
        if first <= day <= last:
            yield Entry(day, at, digest.newsletter, digest, digest.is_weekly)


def _planned(
    schedules: Iterable[Schedule], first: date, last: date, now: datetime
) -> Iterator[Entry]:
    since, until = _around(first, last)
    for schedule, planned in ahead.planned(
        schedules=schedules, since=max(since, now), until=max(until, now)
    ):
        run = planned.run
        day = run.own_time.astimezone(schedule.newsletter.zone).date()
        if first <= day <= last:
            yield Entry(day, run.own_time, schedule.newsletter, None, run.is_weekly)


def _around(first: date, last: date) -> tuple[datetime, datetime]:
    """Instants that hold these days in every zone, and the first waves of what goes in them."""
    start = datetime.combine(first, time.min, UTC)
    return start - 2 * DAY, datetime.combine(last, time.min, UTC) + 2 * DAY
