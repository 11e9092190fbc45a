"""`fetch_feeds [--feed ID]`: fetches sources now."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from newsletter.content import importing
from newsletter.models import Feed
from subscribers.command import CommandWithExamples


class Command(CommandWithExamples):
    help = (
        "Fetches every active source, due or not, and stores its new stories. "
        "Exits with 1 if one of them could not be read."
    )
    examples = (
        ("", "all that are switched on"),
        ("--feed 3", "the source with the id 3"),
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--feed", type=int, metavar="ID", help="only this source")

    def handle(self, *_args: Any, **options: Any) -> None:
        chosen = {"pk": options["feed"]} if options["feed"] is not None else {"is_active": True}
        sources = list(Feed.objects.filter(**chosen))
        if not sources:
            raise CommandError(_none(options["feed"]))
        failed = [source for source in sources if not self._fetch(source)]
        if failed:
            raise CommandError(f"{len(failed)} of {len(sources)} could not be read.")

    def _fetch(self, source: Feed) -> bool:
        outcome = importing.fetch_feed(feed_id=source.pk, now=timezone.now())
        self.stdout.write(f"{source.name}: {outcome.message}")
        for problem in outcome.problems[1:]:
            self.stdout.write(f"  {problem}")
        return outcome.ok


def _none(feed: int | None) -> str:
    if feed is not None:
        return f"There is no source with the id {feed}; the desk shows them under Sources."
    return "There is no source to fetch. Add one at the desk, under Sources."
