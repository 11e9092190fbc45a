"""`release_sending [--yes] [--no-pause-digests]`: lets a restored or copied database send again."""

from argparse import ArgumentParser, BooleanOptionalAction
from typing import Any

from django.core.management.base import CommandError

from newsletter.delivery import releasing
from newsletter.delivery.releasing import OnItsWay, Outlook
from subscribers.clock import database_now
from subscribers.command import CommandWithExamples

NOT_LOCKED = "Sending is not locked. Nothing was changed."


class Command(CommandWithExamples):
    help = "Unlock sending after a restore, a copy or a move of the database."
    examples = (
        ("", "say what would go out, then ask"),
        ("--yes --no-pause-digests", "go on with everything, without a question"),
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do not ask")
        parser.add_argument(
            "--pause-digests",
            action=BooleanOptionalAction,
            default=True,
            help="pause what is on its way instead of going on: readers may have it already",
        )

    def handle(self, *_: Any, yes: bool, pause_digests: bool, **__: Any) -> None:
        found = releasing.outlook(now=database_now())
        if found.locked_at is None:
            self.stdout.write(NOT_LOCKED)
            return
        self._tell(found)
        if not yes:
            if found.digests and pause_digests:
                pause_digests = self._ask("Pause these mails instead of going on?", default=True)
            if not self._ask("Unlock sending now?", default=False):
                self.stdout.write("It stays locked. Nothing was changed.")
                return
        released = releasing.release(pause_digests=pause_digests, now=database_now())
        self.stdout.write(_result(found, paused=pause_digests) if released else NOT_LOCKED)

    def _tell(self, found: Outlook) -> None:
        self.stdout.write(f"Sending is locked since {found.locked_at:%Y-%m-%d %H:%M} UTC.")
        self.stdout.write(found.reason)
        self.stdout.write("At once would go out:")
        for one in found.digests:
            self.stdout.write(f"  {_in_words(one)}")
        self.stdout.write(f"  confirmation mails and the like: {found.notices}")

    def _ask(self, question: str, *, default: bool) -> bool:
        try:
            answer = input(f"{question} [{'Y/n' if default else 'y/N'}] ").strip().lower()
        except EOFError as error:
            raise CommandError("Nobody answers here: give --yes.") from error
        return default if not answer else answer in {"y", "yes"}


def _in_words(one: OnItsWay) -> str:
    digest = one.digest
    if one.waiting is None:
        return f"{digest}: its readers are not counted yet"
    people = "1 reader waits" if one.waiting == 1 else f"{one.waiting:,} readers wait"
    return f"{digest}: {people}"


def _result(found: Outlook, *, paused: bool) -> str:
    if not (found.digests and paused):
        return "Sending is unlocked."
    mails = "One mail is" if len(found.digests) == 1 else f"{len(found.digests)} mails are"
    return f"Sending is unlocked. {mails} paused: look at each at the desk, under Mails."
