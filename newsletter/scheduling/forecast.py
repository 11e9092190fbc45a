"""The next runs of a schedule as people look them over: with days left out and clock changes.

By its rule alone: which runs have no digest yet is for `ahead`, which open now for `upcoming`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import islice
from zoneinfo import ZoneInfo

from newsletter.models import Schedule
from newsletter.scheduling.clocks import times_shown
from newsletter.scheduling.days import Days, days_of
from newsletter.scheduling.recurrence import HORIZON, Occurrence, runs_after
from newsletter.scheduling.words import in_hours, place_of

COUNT = 20
# At most so many to find one of each kind whose first wave is still to come.
RUNS_LOOKED_AT = 10
A_MOMENT = timedelta(microseconds=1)
DAY = timedelta(days=1)


class Kind(StrEnum):
    """What happens on a day."""

    RUN = "run"
    WEEKLY = "weekly"
    LEFT_OUT = "left_out"


@dataclass(frozen=True, slots=True)
class Line:
    """One day: a mail, the weekly mail, or why there is none. Times are None for a day left out."""

    # The local date that names it.
    day: date
    kind: Kind
    # By the newsletter's own clock.
    local: datetime | None = None
    # The same instant.
    utc: datetime | None = None
    # When it has to be ready (UTC), where it goes by each reader's clock: the first wave.
    ready: datetime | None = None
    # Sentences: why there is no mail, what clocks do.
    notes: tuple[str, ...] = ()


def forecast(*, schedule: Schedule, now: datetime, count: int = COUNT) -> list[Line]:
    """The next `count` runs, and the days left out among them, in order.

    As its rule has them, also while it is switched off; what became of a mail that is made already
    stands on the board.
    """
    days = days_of(schedule)
    after = max(now, schedule.effective_from - A_MOMENT)
    runs = list(islice(runs_after(schedule=schedule, after=after), count))
    zone = schedule.newsletter.zone
    is_whole = len(runs) == count
    last = runs[-1].day if is_whole else min(days.end or date.max, (now + HORIZON).date())
    lines = [*_runs(runs, days, now.astimezone(zone)), *_left_out(days, after, last)]
    return sorted(lines, key=lambda line: (line.day, line.utc or after))


def ready_in_words(*, schedule: Schedule, now: datetime) -> str:
    """By when the next mail has to be ready, where it goes by each reader's clock; else ""."""
    if not schedule.by_reader:
        return ""
    runs = runs_after(schedule=schedule, after=now)
    ahead = [run for run in islice(runs, RUNS_LOOKED_AT) if run.release_at > now]
    # The weekly one only where there is no other.
    run = min(ahead, key=lambda run: (run.is_weekly, run.release_at), default=None)
    if run is None:
        return ""
    zone = schedule.newsletter.zone
    ready = run.release_at.astimezone(zone)
    place = place_of(schedule)
    why = "wake" if schedule.head_start_minutes is None else "get it"
    which = "weekly mail" if run.is_weekly else "mail"
    return (
        f"The {which} of {run.day:%A} has to be ready by {ready:%A %H:%M} {place} time, "
        f"when the first readers {why}."
    )


def _runs(runs: Iterable[Occurrence], days: Days, start: datetime) -> Iterator[Line]:
    zone = days.schedule.newsletter.zone
    before = start
    for run in runs:
        local = run.own_time.astimezone(zone)
        wanted = days.weekly_on(run.day) if run.is_weekly else days.time_on(run.day)
        notes = [_changed(before, local), _moved(run.day, wanted or local.time(), zone)]
        yield Line(
            day=run.day,
            kind=Kind.WEEKLY if run.is_weekly else Kind.RUN,
            local=local,
            utc=run.own_time,
            ready=run.release_at if run.waves else None,
            notes=tuple(filter(None, notes)),
        )
        before = local


def _changed(before: datetime, local: datetime) -> str:
    """What became of the clocks since the run before."""
    old, new = before.utcoffset() or timedelta(), local.utcoffset() or timedelta()
    if new > old:
        return f"Clocks went forward: {in_hours(new - old)} earlier in UTC."
    return f"Clocks went back: {in_hours(old - new)} later in UTC." if new < old else ""


def _moved(day: date, wanted: time, zone: ZoneInfo) -> str:
    """That clocks skip the time it wants, or show it twice."""
    shown = times_shown(day=day, at=wanted, zone=zone)
    if shown == 0:
        return f"Clocks skip {wanted:%H:%M} that day: it goes right after."
    return f"{wanted:%H:%M} comes twice that day: it goes the first time." if shown > 1 else ""


def _left_out(days: Days, since: datetime, last: date) -> Iterator[Line]:
    day = _first_day(days, since)
    while day <= last:
        if why := days.left_out(day):
            yield Line(day=day, kind=Kind.LEFT_OUT, notes=(why,))
        day += DAY


def _first_day(days: Days, since: datetime) -> date:
    zone: ZoneInfo = days.schedule.newsletter.zone
    return since.astimezone(zone).date()
