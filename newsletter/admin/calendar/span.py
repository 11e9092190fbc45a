"""Which days the calendar shows: a month, a week or a day, from its address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.dateformat import format as date_format

DAY, WEEK = timedelta(days=1), timedelta(days=7)
# How far one can look back and ahead.
BACK, AHEAD = timedelta(days=10 * 366), timedelta(days=366)
MONTH = re.compile(r"(\d{4})-(\d{2})")


@dataclass(frozen=True, slots=True)
class Span:
    """The days of one page. `kind` is "month", "week" or "day"; `anchor` its first day."""

    kind: str
    anchor: date

    @property
    def value(self) -> str:
        """As it stands in the address."""
        return f"{self.anchor:%Y-%m}" if self.kind == "month" else self.anchor.isoformat()

    @property
    def last_of_it(self) -> date:
        """Its last day."""
        return self._following.anchor - DAY

    @property
    def first(self) -> date:
        """The first day shown: months are shown in whole weeks, from Monday on."""
        return self.anchor if self.kind == "day" else monday_of(self.anchor)

    @property
    def last(self) -> date:
        """The last day shown."""
        return self.last_of_it if self.kind == "day" else monday_of(self.last_of_it) + WEEK - DAY

    @property
    def words(self) -> str:
        """ "November 2026", "23 to 29 November 2026", "Tuesday 24 November 2026"."""
        if self.kind == "month":
            return date_format(self.anchor, "F Y")
        if self.kind == "day":
            return date_format(self.anchor, "l j F Y")
        first = "j" if self.anchor.month == self.last_of_it.month else "j F"
        return f"{date_format(self.anchor, first)} to {date_format(self.last_of_it, 'j F Y')}"

    def beside(self, *, today: date) -> tuple["Span | None", "Span | None"]:
        """The ones before and after; None beyond what can be looked at."""
        before, after = span_of(self.kind, self.anchor - DAY), self._following
        return _within(before, today), _within(after, today)

    @property
    def _following(self) -> "Span":
        if self.kind == "month":
            return span_of("month", self.anchor + timedelta(days=31))
        return Span(self.kind, self.anchor + (WEEK if self.kind == "week" else DAY))


def monday_of(day: date) -> date:
    """The Monday of its week."""
    return day - timedelta(days=day.weekday())


def span_of(kind: str, day: date) -> Span:
    """The month, week or day that holds `day`."""
    starts = {"month": day.replace(day=1), "week": monday_of(day), "day": day}
    return Span(kind, starts[kind])


def asked(query: Mapping[str, str], *, today: date) -> Span:
    """What an address asks for; this month for what is no date, or too far away."""
    for kind in ("day", "week", "month"):
        day = _date_in(query.get(kind, ""), is_month=kind == "month")
        if day is not None and (found := _within(span_of(kind, day), today)):
            return found
    return span_of("month", today)


def _within(span: Span, today: date) -> Span | None:
    return span if today - BACK <= span.anchor <= today + AHEAD else None


def _date_in(words: str, *, is_month: bool) -> date | None:
    if is_month and not MONTH.fullmatch(words):
        return None
    try:
        found = date.fromisoformat(f"{words}-01" if is_month else words)
    except ValueError:
        return None
    # The first and the last years that there are have nothing before and after them.
    return found if 1900 < found.year < 9000 else None
