"""What schedules ask for in a span of days: the mails still to be made, and the days left out.

For pages that show many newsletters. What is to be opened now is for `upcoming`; a schedule's runs
as its rule has them, made already or not, are for `forecast`.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from newsletter.digests.waves import Waves
from newsletter.models import Schedule
from newsletter.scheduling import upcoming
from newsletter.scheduling.clocks import LAST_ON_EARTH, instant
from newsletter.scheduling.days import days_of
from newsletter.scheduling.recurrence import occurrences_between
from newsletter.scheduling.upcoming import Planned
from subscribers.models import Newsletter


@dataclass(frozen=True, slots=True)
class DayOff:
    """A day on which a newsletter's weekdays ask for a mail, and why there is none."""

    day: date
    newsletter: Newsletter
    reason: str


def planned(
    *, schedules: Iterable[Schedule], since: datetime, until: datetime
) -> list[tuple[Schedule, Planned]]:
    """The runs with since <= own time <= until that no digest has taken; one statement."""
    found = list(schedules)
    wanted = {
        schedule.pk: occurrences_between(
            schedule=schedule, since=max(schedule.effective_from, since), until=until
        )
        for schedule in found
    }
    return upcoming.without_digest(schedules=found, wanted=wanted)


def days_off(*, schedules: Iterable[Schedule], first: date, last: date) -> list[DayOff]:
    """Days left out from `first` to `last`, both included and local to each newsletter; by day."""
    found = [day_off for one in schedules for day_off in _left_out(one, first, last)]
    return sorted(found, key=lambda day_off: (day_off.day, day_off.newsletter.position))


def _left_out(schedule: Schedule, first: date, last: date) -> Iterator[DayOff]:
    days = days_of(schedule)
    first = max(first, schedule.effective_from.astimezone(schedule.newsletter.zone).date())
    for number in range((last - first).days + 1):
        day = first + timedelta(days=number)
        if reason := days.left_out(day):
            yield DayOff(day=day, newsletter=schedule.newsletter, reason=reason)


def first_and_last(*, waves: Waves, release_at: datetime) -> tuple[datetime, datetime]:
    """When the first and the last readers on Earth get a mail that goes in waves."""
    last = instant(day=waves.day, at=waves.at, zone=LAST_ON_EARTH)
    return release_at, max(release_at, last)
