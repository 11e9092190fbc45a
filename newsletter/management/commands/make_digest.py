"""`make_digest SLUG [--date D] [--weekly]`: builds a digest and prints its id last."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from newsletter.digests.assembly import key_of
from newsletter.models import Digest
from newsletter.scheduling import upcoming
from subscribers.models import Newsletter


class Command(BaseCommand):
    help = "Make a newsletter's mail of a day out of stories not used before, or a weekly one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("slug", help="the newsletter's slug, as in its address")
        parser.add_argument(
            "--date",
            type=date.fromisoformat,
            help="the mail of this day (2026-11-24), made if it is missing; "
            "without it a new one of today",
        )

        parser.add_argument(
            "--weekly",
            action="store_true",
            help='the mail for who gets one a week: "what you missed", out of what ran',
        )

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            newsletter = Newsletter.objects.get(slug=options["slug"])
        except Newsletter.DoesNotExist as error:
            known = ", ".join(Newsletter.objects.values_list("slug", flat=True)) or "none"
            raise CommandError(
                f"No newsletter is called {options['slug']!r}; there are: {known}."
            ) from error
        now, day, is_weekly = timezone.now(), options["date"], options["weekly"]
        digest = upcoming.make_by_hand(
            newsletter=newsletter,
            day=day or now.astimezone(newsletter.zone).date(),
            occurrence=key_of(day=day, is_weekly=is_weekly) if day else "",
            is_weekly=is_weekly,
            now=now,
        )
        self.stdout.write(f"{digest}: {digest.get_state_display()}")
        if digest.state == Digest.State.SKIPPED:
            self.stdout.write(digest.reason)
        self.stdout.write(str(digest.pk))
