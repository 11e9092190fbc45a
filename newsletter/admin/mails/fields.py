"""What the fields of a mail's page show: its sections with the forms of their items."""

from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from newsletter.admin.mails import inbox
from newsletter.admin.mails.item_form import ItemForm, ItemsFormSet
from newsletter.admin.mails.typed import Typed
from newsletter.digests import locking, story_ledger
from newsletter.digests.edits import FROZEN
from newsletter.digests.rules import limits_in_words
from newsletter.digests.snapshots import as_json
from newsletter.models import Article, Digest, Image, Section, TakenOut


@dataclass(slots=True)
class Place:
    """A section of the page with the forms of its items."""

    section: Section
    forms: list[ItemForm]

    @property
    def limits(self) -> str:
        """ "2 to 4 items": what the section is made for."""
        said = limits_in_words(self.section)
        if not self.section.at_least:
            return said
        return f"{said} item" if self.section.at_most == 1 else f"{said} items"


def context(digest: Digest, sections: list[Section], typed: Typed) -> dict[str, Any]:
    """For `mail_fields.html`; five statements, however many stories there are."""
    return {
        "digest": digest,
        "words": typed.words,
        "items": typed.items,
        "base": as_json(typed.base) if typed.base else "",
        "places": _places(digest, sections, typed.items),
        "taken_out": taken_out(digest),
        "inboxes": inbox.rows(digest),
        "lock": locking.lock_of(digest=digest, now=timezone.now()),
        "saves_itself": digest.state not in FROZEN,
    }


def taken_out(digest: Digest) -> list[TakenOut]:
    """What was taken out and can be put back."""
    rows = TakenOut.objects.filter(section__digest=digest)
    return list(rows.select_related("article", "section", "placed_in").defer("article__body"))


def _places(digest: Digest, sections: list[Section], items: ItemsFormSet) -> list[Place]:
    stories = _stories(items)
    runs = story_ledger.runs_of(article_ids=[story.pk for story in stories.values()])
    told: dict[str, Any] = {
        "stories": stories,
        "ran": {pk: [run for run in ran if run.digest_id != digest.pk] for pk, ran in runs.items()},
        "images": _images(items),
        "rows": {item.pk: item for section in sections for item in section.items.all()},
    }
    for form in [*items.forms, items.empty_form]:
        form.describe(**told)
    return [
        Place(
            section=section,
            forms=[form for form in items.forms if str(form["section"].value()) == str(section.pk)],
        )
        for section in sections
    ]


def _stories(items: ItemsFormSet) -> dict[str, Article]:
    ids = {str(form["article"].value() or "0") for form in items.forms}
    found = Article.objects.select_related("hero").defer("body")
    there = found.filter(pk__in=[one for one in ids if one.isdecimal() and len(one) < 19])
    return {str(story.pk): story for story in there}


def _images(items: ItemsFormSet) -> dict[int, Image]:
    named = {
        number
        for form in items.forms
        if (number := _picture(form).number(form["image_id"].value())) is not None
    }
    return Image.objects.in_bulk(named) if named else {}


def _picture(form: ItemForm) -> Any:
    return form.fields["image_id"]
