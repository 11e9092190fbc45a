"""Schedules and spans of time in words."""

from datetime import timedelta

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from newsletter.models import Schedule
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


def in_words(schedule: Schedule) -> str:
    """The rule as readers see it: "Every weekday at 6:30 am, London time"."""
    days = listed([str(WEEKDAYS[int(number) - 1]) for number in schedule.weekdays])
    place = place_in_words(schedule.newsletter.zone)
    return gettext("%(days)s at %(clock)s, %(place)s") % {
        "days": GROUPS.get(schedule.weekdays, days),
        "clock": clock_in_words(schedule.local_time),
        "place": gettext("your time") if schedule.by_reader else place,
    }


def in_hours(span: timedelta) -> str:
    """A span of time for staff: "3 h", "3 h 20 min", "40 min"."""
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    parts = [f"{hours} h" if hours else "", f"{minutes} min" if minutes or not hours else ""]
    return " ".join(filter(None, parts))
