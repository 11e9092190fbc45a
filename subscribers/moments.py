"""Instants and places in the reader's words: "tomorrow, 6:30 am London time"."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext

from subscribers.models import Newsletter, Subscriber


def zone_of(*, reader: Subscriber | None, newsletter: Newsletter) -> ZoneInfo:
    """The time zone for the times that a reader is told: his own, else the newsletter's."""
    return ZoneInfo(reader.time_zone) if reader and reader.time_zone else newsletter.zone


def clock_in_words(at: time | datetime) -> str:
    """ "6:30 am"; `at` is already local."""
    return (
        f"{at.hour % 12 or 12}:{at.minute:02d} {gettext('am') if at.hour < 12 else gettext('pm')}"
    )


def place_in_words(zone: ZoneInfo) -> str:
    """ "London time" for Europe/London, "UTC" for zones that name no place."""
    area, _, place = zone.key.rpartition("/")
    if area in {"", "Etc"}:
        return place
    return gettext("%(place)s time") % {"place": place.replace("_", " ")}


def day_in_words(*, at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """ "today", "tomorrow", "Saturday" within a week, else "Saturday 3 March" (aware instants)."""
    day, today = at.astimezone(zone).date(), now.astimezone(zone).date()
    distance = (day - today).days
    if distance in {0, 1}:
        return gettext("today") if distance == 0 else gettext("tomorrow")
    if 1 < distance < 7:
        return date_format(day, "l")
    return date_in_words(day, today=today)


def moment_in_words(*, at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """ "tomorrow, 6:30 am London time": `at` as a reader in `zone` says it at `now`."""
    clock = clock_in_words(at.astimezone(zone))
    return f"{day_in_words(at=at, now=now, zone=zone)}, {clock} {place_in_words(zone)}"


def date_in_words(day: date, *, today: date) -> str:
    """ "Monday 3 March", with the year when it is not this one; in the language of the page."""
    return date_format(day, "l j F" if day.year == today.year else "l j F Y")
