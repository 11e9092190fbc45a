"""`send_digest ID [--to ADDRESS] [--dry-run] [--approve-as USER]`: sends, tests, or only looks."""

from argparse import ArgumentParser
from contextlib import suppress
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from config.models import StaffUser
from newsletter.delivery import preparation
from newsletter.models import Digest
from newsletter.release import approval, consent, readiness, testing
from subscribers.addresses import AddressError
from subscribers.clock import database_now
from subscribers.command import CommandWithExamples

REFUSED = (
    approval.NotApproved,
    approval.NotReady,
    approval.WrongState,
    consent.ChangedMeanwhile,
    consent.SecondPersonNeeded,
)
APPROVED = {Digest.State.APPROVED, Digest.State.SCHEDULED}
BEGUN = {Digest.State.PREPARING, Digest.State.SENDING, Digest.State.PAUSED, Digest.State.SENT}
BEGUN_WORDS = "It is {state} already. manage.py deliveries {pk} says who got it."


class Command(CommandWithExamples):
    help = "Send a mail to everybody who gets its newsletter, or a test of it to one address."
    examples = (
        ("5 --dry-run", "to how many it would go, and what stops it"),
        ("5 --to me@example.org", "a test, to one address"),
        ("5 --approve-as ines", "approve it and send it to everybody"),
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("id", type=int, help="the mail's id, as make_digest prints it")
        parser.add_argument("--to", metavar="ADDRESS", help="only a test mail, to this address")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen")
        parser.add_argument(
            "--approve-as",
            metavar="USER",
            action="append",
            default=[],
            help="approve it first, as this account; given twice where two people have to",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        digest = Digest.objects.select_related("newsletter").filter(pk=options["id"]).first()
        if digest is None:
            raise CommandError(f"There is no mail with the id {options['id']}.")
        if options["dry_run"]:
            self._look(digest)
        elif options["to"]:
            self._test(digest, options["to"])
        else:
            self._send(digest, options["approve_as"])

    def _look(self, digest: Digest) -> None:
        readers = preparation.count_mailable(digest=digest, now=database_now())
        self.stdout.write(f"{digest}: {digest.get_state_display()}")
        self.stdout.write(f"Subject: {digest.subject}")
        for problem in readiness.problems(digest=digest, now=database_now()):
            self.stdout.write(f"{'Stops it' if problem.blocking else 'Note'}: {problem.message}")
        self.stdout.write(f"Would go to {_people(readers)}. Nothing was changed.")

    def _test(self, digest: Digest, address: str) -> None:
        try:
            testing.send_tests(digest_id=digest.pk, to=[address], by=None, now=timezone.now())
        except AddressError as error:
            raise CommandError(str(error)) from error
        self.stdout.write("The test mail is on its way.")

    def _send(self, digest: Digest, names: list[str]) -> None:
        people = [_account(name) for name in names]
        if digest.state in BEGUN:
            raise CommandError(BEGUN_WORDS.format(state=digest.get_state_display(), pk=digest.pk))
        if not people and digest.state not in APPROVED:
            raise CommandError(
                f"It is {digest.get_state_display()}, not approved. "
                "Give --approve-as USER to approve it first."
            )
        try:
            for person in people[:-1]:
                _approve(digest, person)
            approval.send_now(
                digest_id=digest.pk,
                by=people[-1] if people else None,
                now=timezone.now(),
                said=consent.Said(approved_only=not people),
            )
        except REFUSED as error:
            raise CommandError(str(error)) from error
        readers = preparation.count_mailable(digest=digest, now=database_now())
        self.stdout.write(
            f"It goes out to {_people(readers)} now; the workers send it. "
            f"manage.py deliveries {digest.pk} says how far it is."
        )


def _approve(digest: Digest, person: StaffUser) -> None:
    with suppress(consent.WaitsForSecond):
        approval.approve(digest_id=digest.pk, by=person, now=timezone.now())


def _people(readers: int) -> str:
    return "1 reader" if readers == 1 else f"{readers:,} readers"


def _account(name: str) -> StaffUser:
    try:
        return StaffUser.objects.get(username=name, is_active=True, is_staff=True)
    except StaffUser.DoesNotExist as error:
        raise CommandError(f"No active staff account is called {name!r}.") from error
