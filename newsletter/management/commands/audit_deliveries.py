"""`audit_deliveries [DIGEST] [--provider-record FILE]`: recompute the invariants."""

import sys
from argparse import ArgumentParser
from collections import defaultdict
from pathlib import Path
from typing import Any

from django.core.management.base import CommandError

from newsletter.delivery import audit
from newsletter.delivery.audit import Audit, Invariant, Record, Violation
from newsletter.models import Digest
from subscribers.command import CommandWithExamples


class Command(CommandWithExamples):
    help = "Prove from the rows alone that nobody got a mail twice and nobody was forgotten."
    examples = (
        ("", "every mail"),
        ("5", "the mail with the id 5"),
        ("5 --provider-record took.txt", "hold it against what the provider took"),
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "digest", type=int, nargs="?", help="the mail's id; without one, every mail"
        )
        parser.add_argument(
            "--provider-record",
            metavar="FILE",
            type=Path,
            help="what the provider took of this mail: a reader's id or address on each line",
        )

    def handle(self, *_: Any, digest: int | None, **options: Any) -> None:
        if digest is not None and not Digest.objects.filter(pk=digest).exists():
            raise CommandError(f"There is no mail with the id {digest}.")
        record = self._record(options["provider_record"], digest)
        broken = False
        for one in audit.audited_digests() if digest is None else [digest]:
            broken |= self._tell(audit.audit(digest_id=one, record=record))
        repeated = audit.repeated_occurrences()
        self._line("all mails", Invariant.ONE_PER_OCCURRENCE, repeated)
        if broken or repeated:
            sys.exit(1)

    def _record(self, file: Path | None, digest: int | None) -> Record | None:
        if file is None:
            return None
        if digest is None:
            raise CommandError("A provider's record is of one mail: give its id too.")
        try:
            with file.open(encoding="utf-8") as lines:
                return Record.read(lines)
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} cannot be read.") from error

    def _tell(self, found: Audit) -> bool:
        """One line for each invariant of a digest; whether any of them is broken."""
        where = f"digest {found.digest_id}"
        states = ", ".join(f"{number} {state}" for state, number in sorted(found.states.items()))
        self.stdout.write(f"{where}: {found.states.total()} readers ({states or 'none yet'})")
        by_invariant: defaultdict[Invariant, list[Violation]] = defaultdict(list)
        for violation in found.violations:
            by_invariant[violation.invariant].append(violation)
        for invariant in Invariant:
            if invariant is not Invariant.ONE_PER_OCCURRENCE:
                self._line(where, invariant, by_invariant[invariant])
        for note in found.notes:
            self.stdout.write(f"{where} note: {note}")
        return bool(found.violations)

    def _line(self, where: str, invariant: Invariant, violations: list[Violation]) -> None:
        if not violations:
            self.stdout.write(f"{where} {invariant} ok")
        for violation in violations:
            self.stdout.write(self.style.ERROR(f"{violation} BROKEN"))
