"""`import_article URL`: keeps an excerpt of a story elsewhere and prints its id last."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from newsletter.content import pasting
from newsletter.content.webpage.facts import Facts, Page, PageError
from subscribers.command import CommandWithExamples

LABELS = {
    "title": "headline",
    "dek": "dek",
    "opening": "how it begins",
    "picture": "picture",
    "alt": "description of the picture",
    "caption": "caption",
    "credit": "credit",
    "people": "authors",
    "published_at": "date",
    "language": "language",
    "site": "source's name",
}


class Command(CommandWithExamples):
    help = "Read a story's page elsewhere and keep an excerpt of it; one that is here stays."
    examples = (("https://www.example.org/news/ferry", "keep an excerpt of that page"),)

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("url", help="the address of the story's page")

    def handle(self, *_: Any, **options: Any) -> None:
        try:
            article, found = pasting.import_page(url=options["url"], now=timezone.now())
        except PageError as error:
            raise CommandError(error.message) from error
        if found.page is None:
            self.stdout.write(f"It is here already: {article.title}")
        else:
            self._say(found.page)
        if found.picture and found.picture.failure:
            self.stdout.write(f"The picture: {found.picture.failure}")
        self.stdout.write(str(article.pk))

    def _say(self, page: Page) -> None:
        for name, label in LABELS.items():
            origin = page.origins.get(name)
            if origin is None:
                self.stdout.write(f"{label}: missing")
            else:
                self.stdout.write(f"{label}: {_value(page.facts, name)} ({origin.in_words})")
        if page.facts.is_paid:
            self.stdout.write("Its site says that not everybody can read all of it.")


def _value(facts: Facts, name: str) -> str:
    if name == "people":
        return ", ".join(person.name for person in facts.people)
    return str(getattr(facts, name))
