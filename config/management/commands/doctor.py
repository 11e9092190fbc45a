"""`doctor [--to ADDRESS] [--wait SECONDS] [--json]`: could this installation send today?"""

import json
import sys
from argparse import ArgumentParser
from collections import Counter
from typing import Any

from django.core.management.base import CommandError

from config.doctor.rounds import Wanted, all_of
from config.watching.readiness import Check, Status
from subscribers.addresses import AddressError, normalise
from subscribers.command import CommandWithExamples

WAIT, LONGEST_WAIT = 30, 600
WORDS = {Status.FAILED: "FAILED"}


class Command(CommandWithExamples):
    help = "Look at everything that sending needs, and say how to mend what is wrong."
    examples = (
        ("", "look, and send nothing"),
        ("--to you@example.org --wait 120", "send one mail there, and wait for its report"),
    )
    # They are among what is looked at.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--to", default="", metavar="ADDRESS", help="send a test mail there")
        parser.add_argument(
            "--wait",
            type=int,
            default=WAIT,
            metavar="SECONDS",
            help=f"for the provider's report of that mail ({WAIT})",
        )
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *_: Any, **options: Any) -> None:
        wanted = _wanted(options)
        told = []
        for title, checks in all_of(wanted):
            told.append((title, checks))
            if not options["json"]:
                self._tell(title, checks)
        count = Counter(check.status for _, checks in told for check in checks)
        if options["json"]:
            found = [_plain(title, check) for title, checks in told for check in checks]
            self.stdout.write(
                json.dumps({"ok": not count[Status.FAILED], "checks": found}, indent=2)
            )
        else:
            self.stdout.write("\n" + _summary(count))
        if count[Status.FAILED]:
            sys.exit(1)

    def _tell(self, title: str, checks: list[Check]) -> None:
        self.stdout.write(f"\n{title}")
        for check in checks:
            word = WORDS.get(check.status, str(check.status))
            style = self._styles()[check.status]
            self.stdout.write(f"  {style(f'{word:<14}')}{check.name}: {check.detail}")
            if check.remedy:
                self.stdout.write(f"  {'':<14}-> {check.remedy}")

    def _styles(self) -> dict[Status, Any]:
        """Colours, which only a terminal gets."""
        return {
            Status.OK: self.style.SUCCESS,
            Status.WARNING: self.style.WARNING,
            Status.FAILED: self.style.ERROR,
            Status.NOT_LOOKED: self.style.HTTP_NOT_MODIFIED,
        }


def _wanted(options: dict[str, Any]) -> Wanted:
    if not 0 <= options["wait"] <= LONGEST_WAIT:
        raise CommandError(f"--wait is a number from 0 to {LONGEST_WAIT}.")
    try:
        to = normalise(options["to"]) if options["to"] else ""
    except AddressError as error:
        raise CommandError(str(error)) from error
    return Wanted(to=to, wait=options["wait"])


def _summary(count: Counter[Status]) -> str:
    if count[Status.FAILED]:
        head = "Not ready"
    else:
        head = "Ready, with a look at the warnings" if count[Status.WARNING] else "Ready"
    parts = (
        f"{count[Status.OK]} ok",
        f"{count[Status.WARNING]} warning{'' if count[Status.WARNING] == 1 else 's'}",
        f"{count[Status.FAILED]} failed",
        f"{count[Status.NOT_LOOKED]} not looked at",
    )
    return f"{head}: {', '.join(parts)}."


def _plain(title: str, check: Check) -> dict[str, str]:
    return {
        "group": title,
        "check": check.name,
        "status": str(check.status),
        "detail": check.detail,
        "remedy": check.remedy,
    }
