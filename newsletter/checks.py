"""What is wrong in the database before anything is made of it: system checks with ids."""

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from newsletter.digests.layouts import LAYOUTS, UnknownLayout
from newsletter.models import Schedule


def install() -> None:
    """Register them, for where the database is named: `migrate`, `check --database default`."""
    register(check_layouts, Tags.database)


def check_layouts(*, databases: Sequence[str] | None = None, **_: Any) -> Sequence[CheckMessage]:
    """Errors for schedules whose layout is gone: their mails could not be made."""
    if not databases:
        return []
    try:
        return list(_lost())
    except DatabaseError:
        # Before the first migration there is nothing to look at.
        return []


def _lost() -> Iterator[CheckMessage]:
    schedules = Schedule.objects.exclude(layout__in=LAYOUTS).select_related("newsletter")
    for key, name in schedules.values_list("layout", "newsletter__name"):
        yield Error(
            f"The schedule of {name} has a layout that is not there. {UnknownLayout(key)}",
            hint="Choose it on the page of the schedule, or put the layout back.",
            id="newsletter.E001",
        )
