"""`let_in USER [--without-code]`: lets somebody at the desk in who is locked out."""

from argparse import ArgumentParser
from typing import Any

from axes.utils import reset
from django.core.management.base import CommandError
from django.utils import timezone

from config.entering import codes
from config.models import StaffUser
from subscribers.command import CommandWithExamples


class Command(CommandWithExamples):
    help = "Lift the lock after many failed log-ins, and if asked the codes of a lost phone."
    examples = (
        ("ines", "lift the lock after many failed log-ins"),
        ("ines --without-code", "her phone and her recovery codes are lost"),
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", metavar="USER", help="the name to log in with")
        parser.add_argument(
            "--without-code",
            action="store_true",
            help="also take away the app and the recovery codes: phone and codes are lost",
        )

    def handle(self, *_: Any, user: str, without_code: bool, **__: Any) -> None:
        person = StaffUser.objects.filter(username=user).first()
        if person is None:
            raise CommandError(f"No account is called {user!r}.")
        lifted = reset(username=user)
        self.stdout.write(f"{user} can try again from everywhere." if lifted else "No lock was on.")
        if not without_code:
            return
        if codes.switch_off(person=person, by=None, now=timezone.now()):
            self.stdout.write(f"{user} logs in without a code now. It is on record.")
        else:
            self.stdout.write("Codes were off already.")
