"""`export_subscribers [--newsletter SLUG] [-o FILE] [--as USER]`: readers out as CSV."""

import os
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import structlog
from django.core.management.base import CommandError

from subscribers.clock import database_now
from subscribers.command import CommandWithExamples
from subscribers.naming import by_slug
from subscribers.staff import acts
from subscribers.transfer.exporting import export

log = structlog.get_logger(__name__)


class Command(CommandWithExamples):
    help = "Write the readers of one newsletter, or of all, as CSV."
    examples = (
        ("-o readers.csv", "all of them"),
        ("--newsletter good-news -o readers.csv --as ines", "those of one, on record as hers"),
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--newsletter", metavar="SLUG", help="only this one")
        parser.add_argument(
            "-o", dest="file", type=Path, metavar="FILE", help="write it there, for your eyes only"
        )

        parser.add_argument(
            "--as", dest="account", metavar="USER", help="whose decision it is, for the record"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        slug = options["newsletter"]
        try:
            newsletter = by_slug(slug) if slug else None
            by = acts.account(name=options["account"])
        except LookupError as error:
            raise CommandError(str(error)) from error
        lines = export(newsletter=newsletter, by=by, now=database_now())
        try:
            number = _save(lines, options["file"]) if options["file"] else self._print(lines)
        except BrokenPipeError:
            # Whoever reads it has seen enough, as `head` does.
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            return
        except OSError as error:
            raise CommandError(f"The file cannot be written: {error.strerror}.") from error
        log.info("readers_exported", newsletter=newsletter and newsletter.pk, lines=number)
        if options["file"]:
            self.stdout.write(f"{number:,} lines in {options['file']}")

    def _print(self, lines: Iterator[str]) -> int:
        number = -1
        for line in lines:
            self.stdout.write(line, ending="")
            number += 1
        return number


def _save(lines: Iterator[str], file: Path) -> int:
    """Whole or not at all; readable by its owner only."""
    part = file.with_name(f"{file.name}.part")
    number = -1
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as out:
            for line in lines:
                out.write(line)
                number += 1
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
    return number
