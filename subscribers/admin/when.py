"""Choosing a time in a long list. Django's own way to do it reads the date of every row first."""

import re
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.dateformat import format as date_format

DAY = timedelta(days=1)
# Months that are offered by name; what is older goes by years.
MONTHS = 3
NAMED = {"today": (DAY, "Today"), "week": (7 * DAY, "Past 7 days")}
MONTH_OR_YEAR = re.compile(r"([1-9]\d{3})(?:-(0[1-9]|1[0-2]))?")


def when(field: str) -> type[admin.SimpleListFilter]:
    """A filter of a list by its time `field`: today, a week, the last months, and years.

    Costs the first and the last row, which an index of `field` has at its ends.
    """
    return type("When", (_When,), {"field": field})


class _When(admin.SimpleListFilter):
    title = "when"
    parameter_name = "when"
    field: str

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        ends = self._ends(model_admin.model)
        if ends is None:
            return []
        first, last = ends
        months = [one for one in _last_months(timezone.localdate()) if first <= one <= last]
        return [
            *((name, words) for name, (_, words) in NAMED.items()),
            *((f"{month:%Y-%m}", date_format(month, "F Y")) for month in months),
            *((str(year), str(year)) for year in range(last.year, first.year - 1, -1)),
        ]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        days = _days(self.value() or "", timezone.localdate())
        if days is None:
            return queryset
        first, end = (_midnight(day) for day in days)
        return queryset.filter(**{f"{self.field}__gte": first, f"{self.field}__lt": end})

    def _ends(self, model: Any) -> tuple[date, date] | None:
        """The first day of the first row's month, and the last row's day; None without rows."""
        times = model.objects.filter(**{f"{self.field}__isnull": False})
        times = times.values_list(self.field, flat=True)
        first, last = times.order_by(self.field).first(), times.order_by(f"-{self.field}").first()
        if first is None or last is None:
            return None
        return timezone.localdate(first).replace(day=1), timezone.localdate(last)


def _last_months(today: date) -> list[date]:
    """The first days of this month and of those before it, the newest first."""
    months = [today.replace(day=1)]
    while len(months) < MONTHS:
        months.append((months[-1] - DAY).replace(day=1))
    return months


def _days(value: str, today: date) -> tuple[date, date] | None:
    """The first day that is meant, and the day after the last; None for what is no time."""
    if value in NAMED:
        return today + DAY - NAMED[value][0], today + DAY
    found = MONTH_OR_YEAR.fullmatch(value)
    if found is None or value.startswith("9999"):
        return None
    year, month = int(found[1]), int(found[2] or 0)
    if not month:
        return date(year, 1, 1), date(year + 1, 1, 1)
    first = date(year, month, 1)
    return first, (first + 31 * DAY).replace(day=1)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
