"""When a schedule runs: its days and local times in a zone, turned into instants."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from newsletter.digests.naming import key_of
from newsletter.digests.waves import Waves
from newsletter.models import Schedule
from newsletter.scheduling.clocks import FIRST_ON_EARTH, instant
from newsletter.scheduling.days import Days, days_of

DAY = timedelta(days=1)
# How far ahead runs are looked for: past a leap day that comes once in four years.
HORIZON = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One run of a schedule: the local date that names it, and the instants (UTC) it is due.

    `own_time` is that of the newsletter's own clock; `release_at` that of the first wave where it
    goes by each reader's clock, else the same.
    """

    day: date
    release_at: datetime
    own_time: datetime
    waves: Waves | None = None
    is_weekly: bool = False

    @property
    def key(self) -> str:
        """As a digest's occurrence ("2026-11-24", "2026-11-28-week")."""
        return key_of(day=self.day, is_weekly=self.is_weekly)


def on_day(*, schedule: Schedule, day: date, is_weekly: bool = False) -> Occurrence | None:
    """The schedule's run on a local date, or its weekly one; None when there is none."""
    return run_on(days=days_of(schedule), day=day, is_weekly=is_weekly)


def run_on(*, days: Days, day: date, is_weekly: bool) -> Occurrence | None:
    """As `on_day`, for days that were read already."""
    return next((run for run in _on(days, day) if run.is_weekly == is_weekly), None)


def occurrences_between(
    *, schedule: Schedule, since: datetime, until: datetime
) -> list[Occurrence]:
    """The runs with since <= own_time <= until, in order of `release_at`."""
    found = [
        run
        for run in _from(days_of(schedule), since, until + DAY)
        if since <= run.own_time <= until
    ]
    return sorted(found, key=lambda run: run.release_at)


def runs_after(*, schedule: Schedule, after: datetime) -> Iterator[Occurrence]:
    """The runs whose own time is later than `after`, one after the other, for five years."""
    runs = _from(days_of(schedule), after, after + HORIZON)
    return (run for run in runs if run.own_time > after)


def next_run(*, schedule: Schedule, after: datetime) -> Occurrence | None:
    """The first of `runs_after`; None when there is none any more."""
    return next(runs_after(schedule=schedule, after=after), None)


def _from(days: Days, since: datetime, until: datetime) -> Iterator[Occurrence]:
    """The runs of every day that `since` to `until` touches, in order of their own times."""
    zone, end = days.schedule.newsletter.zone, days.end
    # A day more on each side: a skipped time may fall on the next local date.
    first = since.astimezone(zone).date() - DAY
    for number in range((until - since).days + 4):
        day = first + number * DAY
        yield from _on(days, day)
        if end is not None and day > end:
            return


def _on(days: Days, day: date) -> list[Occurrence]:
    times = ((days.time_on(day), False), (days.weekly_on(day), True))
    runs = [
        _occurrence(days.schedule, day, at, is_weekly=is_weekly)
        for at, is_weekly in times
        if at is not None
    ]
    return sorted(runs, key=lambda run: run.own_time)


def _occurrence(schedule: Schedule, day: date, at: time, *, is_weekly: bool) -> Occurrence:
    own_time = instant(day=day, at=at, zone=schedule.newsletter.zone)
    waves = Waves(day=day, at=at) if schedule.by_reader else None
    return Occurrence(
        day=day,
        release_at=first_wave(schedule=schedule, waves=waves, own_time=own_time),
        own_time=own_time,
        waves=waves,
        is_weekly=is_weekly,
    )


def first_wave(*, schedule: Schedule, waves: Waves | None, own_time: datetime) -> datetime:
    """When a mail has to be ready that is due at `own_time` here; without waves it is then."""
    if waves is None:
        return own_time
    if schedule.head_start_minutes is not None:
        return own_time - timedelta(minutes=schedule.head_start_minutes)
    return min(own_time, instant(day=waves.day, at=waves.at, zone=FIRST_ON_EARTH))
