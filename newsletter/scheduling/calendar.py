"""The calendar: every mail of a span of days, made or planned, on its newsletter's own day."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import groupby
from typing import NamedTuple

from django.db.models import Q

from newsletter.models import Digest, Schedule
from newsletter.scheduling import ahead, upcoming
from newsletter.scheduling.ahead import DayOff
from newsletter.scheduling.standings import day_of
from subscribers.models import Newsletter

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One mail. `digest` is None while it is only planned; `at` while it has no time."""

    day: date
    at: datetime | None
    newsletter: Newsletter
    digest_id: int | None
    is_weekly: bool
    digest: Digest | None = None


class _Row(NamedTuple):
    """What tells the day of a mail: a month may have tens of thousands."""

    pk: int
    newsletter_id: int
    occurrence: str
    is_weekly: bool
    release_at: datetime | None
    wave_day: date | None
    wave_time: time | None


@dataclass(frozen=True, slots=True)
class Found:
    """What there is in a span of days, by day and time. `more`: how many are left out of a day."""

    entries: list[Entry]
    days_off: list[DayOff]
    more: dict[date, int] = field(default_factory=dict)


def between(
    *,
    first: date,
    last: date,
    now: datetime,
    newsletter: Newsletter | None,
    most: int | None = None,
) -> Found:
    """All from `first` to `last`, both included; `newsletter`: only its own.

    Days are those of each newsletter's zone. Only what is still to come is planned. Of a day the
    first `most`, or one more: to say that there is one takes as much room. Only those are read as a
    whole. A fixed number of statements.
    """
    schedules = [
        schedule
        for schedule in upcoming.active_schedules()
        if newsletter is None or schedule.newsletter_id == newsletter.pk
    ]
    every = [*_made(first, last, newsletter), *_planned(schedules, first, last, now)]
    shown, more = _first_of_each(sorted(every, key=_in_order), most)
    # A day of what lies behind has its mail or had none: the rule may have been another then.
    ahead_from = max(first, now.date())
    return Found(
        entries=_with_digests(shown),
        days_off=ahead.days_off(schedules=schedules, first=ahead_from, last=last),
        more=more,
    )


def _in_order(entry: Entry) -> tuple[date, bool, time, int]:
    """By what the clock of its newsletter says, as the calendar shows it."""
    clock = entry.at.astimezone(entry.newsletter.zone).time() if entry.at else time.min
    return entry.day, entry.at is None, clock, entry.newsletter.position


def _first_of_each(entries: list[Entry], most: int | None) -> tuple[list[Entry], dict[date, int]]:
    """The first of each day, and how many that leaves out of it."""
    shown: list[Entry] = []
    more: dict[date, int] = {}
    for day, those in groupby(entries, key=lambda entry: entry.day):
        of_day = list(those)
        if most is not None and len(of_day) > most + 1:
            more[day] = len(of_day) - most
            of_day = of_day[:most]
        shown += of_day
    return shown, more


def _with_digests(entries: list[Entry]) -> list[Entry]:
    digests = Digest.objects.select_related("newsletter").defer("intro", "sign_off")
    found = digests.in_bulk([one.digest_id for one in entries if one.digest_id is not None])
    # One may have been deleted meanwhile.
    return [
        one if one.digest_id is None else replace(one, digest=found[one.digest_id])
        for one in entries
        if one.digest_id is None or one.digest_id in found
    ]


def _made(first: date, last: date, newsletter: Newsletter | None) -> Iterator[Entry]:
    since, until = _around(first, last)
    # A name begins with its date.
    named = Q(occurrence__gte=first.isoformat(), occurrence__lt=(last + DAY).isoformat())
    timed = Q(release_at__gte=since, release_at__lt=until)
    digests = Digest.objects.filter(timed | (Q(release_at__isnull=True) & named))
    if newsletter is not None:
        digests = digests.filter(newsletter=newsletter)
    rows = list(digests.values_list(*_Row._fields))
    newsletters = Newsletter.objects.in_bulk()
    for row in map(_Row._make, rows):
        its_own = newsletters[row.newsletter_id]
        at = upcoming.own_time(digest=row, zone=its_own.zone)
        day = at.astimezone(its_own.zone).date() if at else day_of(row.occurrence)
        if first <= day <= last:
            yield Entry(day, at, its_own, row.pk, row.is_weekly)


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
