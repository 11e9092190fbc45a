"""`next_runs [SLUG ...] [--count 20] [--json]`: when newsletters go out next."""

import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import CommandError
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone

from newsletter.models import Schedule
from newsletter.scheduling.forecast import COUNT, Kind, Line, forecast, ready_in_words
from newsletter.scheduling.words import for_staff
from subscribers.command import CommandWithExamples
from subscribers.naming import by_slug

# More would only be a long list.
MOST = 1000


class Command(CommandWithExamples):
    help = "The next runs of newsletters, in local time and UTC, with the days left out."
    examples = (
        ("", "all newsletters"),
        ("good-news --count 5", "the next five of one"),
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slugs", nargs="*", metavar="SLUG", help="all of them without one")
        parser.add_argument("--count", type=int, default=COUNT, help=f"how many runs ({COUNT})")
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *_: Any, **options: Any) -> None:
        if not 1 <= options["count"] <= MOST:
            raise CommandError(f"--count is a number from 1 to {MOST}.")
        now = timezone.now()
        found = [
            (schedule, forecast(schedule=schedule, now=now, count=options["count"]))
            for schedule in _schedules(options["slugs"])
        ]
        if options["json"]:
            told = [_as_dict(schedule, lines) for schedule, lines in found]
            self.stdout.write(json.dumps(told, cls=DjangoJSONEncoder, indent=2))
            return
        for schedule, lines in found:
            self._tell(schedule, lines)

    def _tell(self, schedule: Schedule, lines: list[Line]) -> None:
        now = timezone.now()
        off = "" if schedule.is_active else " (switched off)"
        self.stdout.write(f"{schedule.newsletter.slug}: {_rule(schedule)}{off}")
        if ready := ready_in_words(schedule=schedule, now=now):
            self.stdout.write(f"  {ready}")
        for line in lines:
            self.stdout.write(f"  {line.day:%a} {line.day}  {_in_words(line)}")
        if not lines:
            self.stdout.write("  No run is to come.")


def _schedules(slugs: list[str]) -> list[Schedule]:
    schedules = Schedule.objects.select_related("newsletter").prefetch_related("days")
    if not slugs:
        return list(schedules.order_by("newsletter__position", "newsletter__name"))
    try:
        newsletters = [by_slug(slug) for slug in slugs]
    except LookupError as error:
        raise CommandError(str(error)) from error
    found = {one.newsletter_id: one for one in schedules.filter(newsletter__in=newsletters)}
    for one in newsletters:
        if one.pk not in found:
            raise CommandError(f"{one.name} has no schedule: its mails are made by hand.")
    return [found[one.pk] for one in newsletters]


def _rule(schedule: Schedule) -> str:
    today = timezone.now().astimezone(schedule.newsletter.zone).date()
    return for_staff(schedule, today=today)


def _in_words(line: Line) -> str:
    notes = " ".join(line.notes)
    if line.local is None or line.utc is None:
        return f"no mail: {notes}"
    weekly = "once a week" if line.kind == Kind.WEEKLY else ""
    ready = f"Ready by {line.ready:%Y-%m-%d %H:%M} UTC." if line.ready else ""
    more = "  ".join(filter(None, (weekly, ready, notes)))
    return f"{line.local:%H:%M %Z}  {line.utc:%Y-%m-%d %H:%M} UTC  {more}".rstrip()


def _as_dict(schedule: Schedule, lines: list[Line]) -> dict[str, Any]:
    return {
        "newsletter": schedule.newsletter.slug,
        "is_active": schedule.is_active,
        "time_zone": schedule.newsletter.time_zone,
        "rule": _rule(schedule),
        "days": [asdict(line) for line in lines],
    }
