"""`manage.py demo`: a fictional publisher to try everything with."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError

from newsletter import demo
from subscribers.clock import database_now
from subscribers.command import CommandWithExamples


class Command(CommandWithExamples):
    help = "Load demo data: newsletters, stories, readers and staff. Safe to run again."
    examples = (
        ("", "load it, or what of it is missing"),
        ("--soon", "have the next mail due in two minutes"),
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--more", action="store_true", help="add eight new stories, dated now")
        parser.add_argument(
            "--soon", action="store_true", help="make the Morning Briefing due in two minutes"
        )

    def handle(self, **options: Any) -> None:
        now = database_now()
        try:
            if not (options["more"] or options["soon"]):
                self.stdout.write(loaded(demo.load(now=now)))
            if options["more"]:
                self.stdout.write(f"{demo.more(now=now)} new stories.")
            if options["soon"]:
                self.stdout.write(demo.soon(now=now).words)
        except demo.DemoRefused as refusal:
            raise CommandError(str(refusal)) from refusal


def loaded(result: demo.DemoResult) -> str:
    """What was new, one line each."""
    lines = [f"{result.stories} stories and {result.readers} readers added."]
    lines += [f'Sent to the outbox: "{subject}"' for subject in result.sent]
    return "\n".join(lines)
