"""`render_digest ID [-o DIR]`: a mail as it looks, in files, for a made-up reader."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError, CommandParser
from django.utils import timezone

from newsletter.models import Digest
from newsletter.rendering.files import write_files
from subscribers.command import CommandWithExamples


class Command(CommandWithExamples):
    help = "Render a digest to digest.html, digest.txt and digest.eml."
    examples = (("5 -o /tmp/five", "digest.html, digest.txt and digest.eml there"),)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("digest", type=int, metavar="ID")
        parser.add_argument("-o", "--output", type=Path, default=Path(), metavar="DIR")

    def handle(self, *_args: Any, **options: Any) -> None:
        digest = Digest.objects.select_related("newsletter").filter(pk=options["digest"]).first()
        if digest is None:
            raise CommandError(f"There is no mail with the id {options['digest']}.")
        try:
            paths = write_files(digest=digest, folder=options["output"], now=timezone.now())
        except OSError as error:
            raise CommandError(
                f"{options['output']} cannot be written: {error.strerror}."
            ) from error
        for path in paths:
            self.stdout.write(str(path))
