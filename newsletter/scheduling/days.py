"""The days of a schedule: weekdays from a first to a last date, but for those left out, and more.

A day named by hand says more than any rule. Next come the public holidays of the calendars that
the schedule names, then its weekdays. The weekly mail "instead" is for those who read no other, so
it knows only the first and the last day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import lru_cache

from holidays import HolidayBase, country_holidays

from newsletter.models import Schedule, ScheduleDay

Kind = ScheduleDay.Kind


class UnknownCalendar(ValueError):
    """There is no calendar of public holidays under that code."""

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(
            f"There is no holiday calendar “{code}”. Give a country as in GB, or a part of one as "
            "in GB-SCT."
        )


@dataclass(frozen=True, slots=True)
class Days:
    """A schedule's days, read once; asked for many."""

    schedule: Schedule
    named: Mapping[date, ScheduleDay]
    holidays: tuple[str, ...]

    def time_on(self, day: date) -> time | None:
        """The local time of that day's mail, None for no mail."""
        named = self.named.get(day)
        if named is not None:
            at = named.local_time or self.schedule.local_time
            return at if named.kind == Kind.EXTRA else None
        runs = self._is_weekday(day) and not self.holiday(day)
        return self.schedule.local_time if runs else None

    def weekly_on(self, day: date) -> time | None:
        """The local time of that day's weekly mail "instead", None for none."""
        is_its_day = self.schedule.weekly_day == day.isoweekday() and self._is_within(day)
        return self.schedule.time_of(is_weekly=True) if is_its_day else None

    def left_out(self, day: date) -> str:
        """Why there is no mail on a day that the weekdays ask for; "" when there is one."""
        if not self._is_weekday(day) or self.time_on(day) is not None:
            return ""
        named = self.named.get(day)
        return (named.note or named.get_kind_display()) if named else self.holiday(day)

    def holiday(self, day: date) -> str:
        """The name of the public holiday on that day, "" when it is none."""
        names = (calendar(code, day.year).get(day) for code in self.holidays)
        return next((name for name in names if name), "")

    def _is_weekday(self, day: date) -> bool:
        return str(day.isoweekday()) in self.schedule.weekdays and self._is_within(day)

    def _is_within(self, day: date) -> bool:
        first, last = self.schedule.first_day, self.schedule.last_day
        return (first is None or first <= day) and (last is None or day <= last)


def days_of(schedule: Schedule) -> Days:
    """Its days; one statement unless they were prefetched. Raises nothing for unknown calendars."""
    named = {one.day: one for one in schedule.days.all()} if schedule.pk else {}
    return Days(schedule=schedule, named=named, holidays=codes_in(schedule.holidays))


def codes_in(listed: str) -> tuple[str, ...]:
    """ "gb, us-ny" -> ("GB", "US-NY")."""
    return tuple(code.strip().upper() for code in listed.split(",") if code.strip())


@lru_cache(maxsize=512)
def calendar(code: str, year: int) -> Mapping[date, str]:
    """Public holidays of a year with their names in English where there are any.

    Empty for a code that the library does not know (any more): a mail too many can be stopped, one
    too few is never seen.
    """
    try:
        return checked_calendar(code, year)
    except UnknownCalendar:
        return {}


def checked_calendar(code: str, year: int) -> HolidayBase:
    """As `calendar`; raises UnknownCalendar."""
    country, _, part = code.partition("-")
    try:
        return country_holidays(country, subdiv=part or None, years=year, expand=False)
    except NotImplementedError:
        raise UnknownCalendar(code) from None
