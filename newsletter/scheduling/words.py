"""Schedules and spans of time in words: for readers, and for staff."""

from collections.abc import Iterator
from datetime import date, time, timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from newsletter.models import Schedule, ScheduleDay
from newsletter.scheduling.days import codes_in
from subscribers.moments import clock_in_words, place_in_words
from subscribers.naming import listed

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
# Staff read English; so many days are named, more are counted.
STAFF_GROUPS = {"1234567": "every day", "12345": "weekdays", "67": "weekends"}
NAMED = 2


def in_words(schedule: Schedule) -> str:
    """The rule as readers see it: "Every weekday at 6:30 am, London time"."""
    place = place_in_words(schedule.newsletter.zone)
    return gettext("%(days)s at %(clock)s, %(place)s") % {
        "days": _days_for_readers(schedule),
        "clock": clock_in_words(_time_for_readers(schedule)),
        "place": gettext("your time") if schedule.by_reader else place,
    }


def _days_for_readers(schedule: Schedule) -> str:
    numbers = schedule.weekdays
    if not numbers and schedule.weekly_day:
        numbers = str(schedule.weekly_day)
    if not numbers:
        return gettext("On some days")
    return str(GROUPS.get(numbers) or listed([str(WEEKDAYS[int(one) - 1]) for one in numbers]))


def _time_for_readers(schedule: Schedule) -> time:
    return schedule.time_of(is_weekly=not schedule.weekdays and schedule.weekly_day is not None)


def for_staff(schedule: Schedule, *, today: date) -> str:
    """All of the rule in one line: "weekdays at 06:30, London; not on public holidays of GB-ENG".

    Named days from `today` on; one statement unless they were prefetched.
    """
    return "; ".join([_usual(schedule), *_more(schedule, today)])


def _usual(schedule: Schedule) -> str:
    numbers = schedule.weekdays
    days = STAFF_GROUPS.get(numbers) or listed([str(WEEKDAYS[int(one) - 1]) for one in numbers])
    place = "each reader's own time" if schedule.by_reader else place_of(schedule)
    if not days:
        return "no weekday"
    return f"{days} at {schedule.local_time:%H:%M}, {place}"


def place_of(schedule: Schedule) -> str:
    """ "London" for Europe/London."""
    return schedule.newsletter.zone.key.rpartition("/")[2].replace("_", " ")


def _more(schedule: Schedule, today: date) -> Iterator[str]:
    first, last = (
        day_for_staff(day, today=today) if day else ""
        for day in (schedule.first_day, schedule.last_day)
    )
    if first:
        yield f"from {first} to {last}" if last else f"from {first}"
    elif last:
        yield f"until {last}"
    if codes := codes_in(schedule.holidays):
        yield f"not on public holidays of {listed(codes)}"
    if schedule.pk is not None:
        yield from _named_days(schedule, today)
    if schedule.weekly_day is not None:
        at = schedule.time_of(is_weekly=True)
        yield f"once a week: {WEEKDAYS[schedule.weekly_day - 1]} at {at:%H:%M}"


def _named_days(schedule: Schedule, today: date) -> Iterator[str]:
    ahead = [one for one in schedule.days.all() if one.day >= today]
    for kind, words in ((ScheduleDay.Kind.EXTRA, "also on"), (ScheduleDay.Kind.SKIP, "not on")):
        days = [day_for_staff(one.day, today=today) for one in ahead if one.kind == kind]
        if days:
            named = listed(days) if len(days) <= NAMED else f"{len(days)} other days"
            yield f"{words} {named}"


def day_for_staff(day: date, *, today: date) -> str:
    """ "1 December", with the year when it is not this one."""
    return f"{day.day} {day:%B}" if day.year == today.year else f"{day.day} {day:%B %Y}"


def in_hours(span: timedelta) -> str:
    """A span of time for staff: "3 h", "3 h 20 min", "40 min"."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else ""]
    return " ".join(filter(None, parts))
