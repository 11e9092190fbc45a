"""`privacy export ADDRESS [-o FILE]` and `privacy erase ADDRESS [--yes]`: a person's data."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.core.management.base import CommandError

from subscribers import privacy
from subscribers.addresses import AddressError, normalise
from subscribers.clock import database_now
from subscribers.command import CommandWithExamples
from subscribers.ledger import Proof
from subscribers.models import Subscriber
from subscribers.staff import acts

PROOF = Proof(method="command")


class Command(CommandWithExamples):
    help = "Tells everything that is held about one person, or forgets it."
    examples = (
        ("export ada@example.org -o ada.json", "all that is held about her"),
        ("erase ada@example.org --as ines", "forget it, on record as hers"),
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        commands = parser.add_subparsers(dest="what", required=True)
        export = commands.add_parser("export", help="print it as JSON")
        export.add_argument("-o", "--output", metavar="FILE", help="write it there instead")
        erase = commands.add_parser("erase", help="forget it for good")
        erase.add_argument("--yes", action="store_true", help="do not ask")
        for command in (export, erase):
            command.add_argument("address")
            command.add_argument(
                "--as", dest="account", metavar="USER", help="whose decision it is, for the record"
            )

    def handle(self, *_: Any, **options: Any) -> None:
        reader = _reader(options["address"])
        by = _account(options["account"])
        if options["what"] == "export":
            self._export(reader, by, options["output"])
        else:
            self._erase(reader, by, sure=options["yes"])

    def _export(self, reader: int, by: AbstractUser | None, output: str | None) -> None:
        told = privacy.hand_over(subscriber_id=reader, by=by, proof=PROOF, now=database_now())
        text = json.dumps(told, indent=2, ensure_ascii=False)
        if output is None:
            self.stdout.write(text)
            return
        try:
            path = Path(output)
            path.touch(mode=0o600)
            path.write_text(f"{text}\n", encoding="utf-8")
        except OSError as error:
            raise CommandError(f"Cannot write {output}: {error.strerror}.") from error
        self.stdout.write(f"Written to {output}.")

    def _erase(self, reader: int, by: AbstractUser | None, *, sure: bool) -> None:
        if not sure and input("Erase this person for good? Type yes: ").strip() != "yes":
            raise CommandError("Nothing was erased.")
        privacy.erase_on_request(subscriber_id=reader, by=by, proof=PROOF, now=database_now())
        self.stdout.write(f"Erased. What stays is the empty row {reader}.")


def _account(name: str | None) -> AbstractUser | None:
    try:
        return acts.account(name=name)
    except LookupError as error:
        raise CommandError(str(error)) from error


def _reader(address: str) -> int:
    try:
        found = Subscriber.objects.filter(address_key=normalise(address)).first()
    except AddressError as error:
        raise CommandError(str(error)) from error
    if found is None:
        raise CommandError("Nobody with this address has ever signed up, or it was erased.")
    return found.pk
