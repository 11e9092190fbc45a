"""`import_subscribers FILE --newsletter SLUG --consent WORDS [--dry-run]`: readers in from CSV."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

import structlog
from django.core.management.base import CommandError

from subscribers.clock import database_now
from subscribers.command import CommandWithExamples
from subscribers.database import LOST
from subscribers.naming import by_slug
from subscribers.transfer.importing import agreement, import_readers
from subscribers.transfer.lines import Unreadable
from subscribers.transfer.report import Report

GONE = "The database went away. What was let in stays; import the file again for the rest."

log = structlog.get_logger(__name__)


class Command(CommandWithExamples):
    help = "Let the readers of a CSV file into a newsletter. Who left before stays away."
    examples = (
        (
            'old.csv --newsletter good-news --consent "ticked the box at /join" --dry-run',
            "only look",
        ),
        ('old.csv --newsletter good-news --consent "ticked the box at /join"', "let them in"),
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a CSV file with a column address or email")
        parser.add_argument("--newsletter", required=True, metavar="SLUG")
        parser.add_argument(
            "--consent", required=True, metavar="WORDS", help="how they agreed; kept as proof"
        )
        parser.add_argument("--dry-run", action="store_true", help="only say what would happen")

    def handle(self, *_: Any, **options: Any) -> None:
        dry_run = options["dry_run"]
        try:
            newsletter = by_slug(options["newsletter"])
            agreed = agreement(basis=options["consent"], file_name=options["file"].name)
            with options["file"].open("rb") as file:
                report = import_readers(
                    file=file,
                    newsletter=newsletter,
                    agreed=agreed,
                    dry_run=dry_run,
                    now=database_now(),
                )
        except (Unreadable, LookupError) as error:
            raise CommandError(str(error)) from error
        except LOST as error:
            raise CommandError(GONE) from error
        except OSError as error:
            raise CommandError(f"The file cannot be read: {error.strerror}.") from error
        if not dry_run:
            counts = {kind.name.lower(): number for kind, number in report.counts.items()}
            log.info("readers_imported", newsletter=newsletter.pk, **counts)
        self._tell(report, dry_run=dry_run)

    def _tell(self, report: Report, *, dry_run: bool) -> None:
        for line, sentence in report.remarks:
            self.stdout.write(f"line {line}: {sentence}")
        for number, words in report.more():
            self.stdout.write(f"and {number:,} more: {words}")
        if report.unread:
            self.stdout.write(f"Columns that were not read: {', '.join(report.unread)}")
        self.stdout.write(f"{report.lines:,} lines, of these")
        for number, words in report.table():
            self.stdout.write(f"{number:>10,} {words}")
        if dry_run:
            self.stdout.write("Nothing was written.")
