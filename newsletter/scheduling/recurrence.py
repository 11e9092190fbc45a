"""When a schedule runs: weekdays and a local time in a zone, turned into instants.

Where clocks jump forward over the local time, it runs at the first instant after the jump; where
they fall back and the local time comes twice, it runs once, the first time.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from newsletter.models import Schedule
from subscribers.moments import clock_in_words, place_in_words
from subscribers.naming import listed

DAY = timedelta(days=1)
WEEKDAYS = (
    _("Mondays"),
    _("Tuesdays"),
    _("Wednesdays"),
    _("Thursdays"),
    _("Fridays"),
    _("Saturdays"),
    _("Sundays"),
)
GROUPS = {"1234567": _("Every day"), "12345": _("Every weekday")}


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One run of a schedule: the local date that names it, and the instant (UTC) it is due."""

    day: date
    release_at: datetime

    @property
    def key(self) -> str:
        """The date as a digest's occurrence ("2026-11-24")."""
        return self.day.isoformat()


def instant(*, day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of local time `at` on `day`, by the rules on top of this module."""
    naive = datetime.combine(day, at)
    # PEP 495: with fold=0 a repeated time is the first one, and a skipped time is read with the
    # offset before the jump, so it does not come back as itself.
    first = naive.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None, fold=0) == naive:
        return first
    # In a gap, the reading with the offset after the jump lies before the jump.
    return _jump(before=naive.replace(tzinfo=zone, fold=1).astimezone(UTC), after=first, zone=zone)


def _jump(*, before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second in (before, after] at which the zone's offset is that of `after`."""
    offset = after.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return before + timedelta(seconds=high)


def on_day(*, schedule: Schedule, day: date) -> Occurrence | None:
    """The schedule's run on a local date, None when it does not run on that weekday."""
    if str(day.isoweekday()) not in schedule.weekdays:
        return None
    at = instant(day=day, at=schedule.local_time, zone=schedule.newsletter.zone)
    return Occurrence(day=day, release_at=at)


def occurrences_between(
    *, schedule: Schedule, since: datetime, until: datetime
) -> list[Occurrence]:
    """The runs with since <= release_at <= until, in order."""
    zone = schedule.newsletter.zone
    # A day more on each side: a skipped time may fall on the next local date.
    day, last = since.astimezone(zone).date() - DAY, until.astimezone(zone).date() + DAY
    found: list[Occurrence] = []
    while day <= last:
        occurrence = on_day(schedule=schedule, day=day)
        if occurrence is not None and since <= occurrence.release_at <= until:
            found.append(occurrence)
        day += DAY
    return found


def next_run(*, schedule: Schedule, after: datetime) -> datetime:
    """The first release strictly later than `after` (aware, UTC); ValueError without weekdays."""
    a_moment = timedelta(microseconds=1)
    for occurrence in occurrences_between(
        schedule=schedule, since=after + a_moment, until=after + 9 * DAY
    ):
        return occurrence.release_at
    raise ValueError(f"schedule {schedule.pk} has no weekdays")


def in_words(schedule: Schedule) -> str:
    """The rule as readers see it: "Every weekday at 6:30 am, London time"."""
    days = listed([str(WEEKDAYS[int(number) - 1]) for number in schedule.weekdays])
    return gettext("%(days)s at %(clock)s, %(place)s") % {
        "days": GROUPS.get(schedule.weekdays, days),
        "clock": clock_in_words(schedule.local_time),
        "place": place_in_words(schedule.newsletter.zone),
    }


def in_hours(span: timedelta) -> str:
    """A span of time for staff: "3 h", "3 h 20 min", "40 min"."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else ""]
    return " ".join(filter(None, parts))
