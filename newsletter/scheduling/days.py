"""The days of a schedule: weekdays from a first to a last date, but for those left out, and more.

A day named by hand says more than any rule. Next come the public holidays of the calendars that
the schedule names, then its weekdays. The weekly mail "instead" is for those who read no other, so
it knows only the first and the last day.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time
from difflib import get_close_matches
from functools import cache, lru_cache

from holidays import HolidayBase, country_holidays, list_supported_countries
from holidays.registry import COUNTRIES

from newsletter.models import Schedule, ScheduleDay

Kind = ScheduleDay.Kind


class UnknownCalendar(ValueError):
    """There is no calendar of public holidays under that code."""

    def __init__(self, code: str) -> None:
        self.code = code
        meant = " or ".join(near(code))
        example = "Give a country as in GB, or a part of one as in GB-SCT."
        help_ = f"Did you mean {meant}?" if meant else example
        super().__init__(f"There is no holiday calendar “{code}”. {help_}")


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

    @property
    def end(self) -> date | None:
        """The last day on which there may be a mail; None when it goes on for good."""
        last = self.schedule.last_day
        return None if last is None else max([last, *self.named])

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
    """ "gb, au-nsw western" -> ("GB", "AU-NSW Western"); of what is unknown only the country."""
    codes = (" ".join(code.split()) for code in listed.split(","))
    return tuple(dict.fromkeys(_spelled(code) for code in codes if code))


def _spelled(code: str) -> str:
    country, dash, part = code.partition("-")
    return _known_codes().get(code.casefold(), f"{country.upper()}{dash}{part}")


@cache
def _known_codes(*, with_aliases: bool = True) -> Mapping[str, str]:
    """Each code there is, by its letters in small: the library minds their case."""
    countries = list_supported_countries(include_aliases=with_aliases)
    parts = [f"{country}-{part}" for country in countries for part in countries[country]]
    return {code.casefold(): code for code in [*countries, *parts]}


def near(code: str) -> tuple[str, ...]:
    """At most three calendars that may be meant by `code`, the likeliest first."""
    typed = code.casefold()
    codes, names = _known_codes(with_aliases=False), _names(typed.partition("-")[0])
    # Many names look somewhat like another.
    by_name = [names[one] for one in get_close_matches(typed, names, n=1, cutoff=0.88)]
    by_code = [codes[one] for one in get_close_matches(typed, codes, n=3, cutoff=0.7)]
    return tuple(dict.fromkeys(by_name or by_code))


def _names(country: str) -> Mapping[str, str]:
    """Codes by names: of all countries ("germany"), and of the parts of one ("gb-scotland")."""
    found = {names[0].casefold(): names[1] for names in COUNTRIES.values()}
    code = _known_codes().get(country)
    if code is not None:
        aliases = country_holidays(code, expand=False).get_subdivision_aliases()
        parts = ((part, name) for part, names in aliases.items() for name in names)
        found |= {f"{code}-{name}".casefold(): f"{code}-{part}" for part, name in parts}
    return found


@lru_cache(maxsize=4096)
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
        return country_holidays(
            country, subdiv=part or None, years=year, expand=False, language="en_US"
        )
    except NotImplementedError:
        raise UnknownCalendar(code) from None
