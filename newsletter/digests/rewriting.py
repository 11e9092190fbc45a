"""Rewriting: a whole digest saved at once, as the desk's page sends it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from config.models import StaffUser
from newsletter.digests.editing import WORDS, begin
from newsletter.models import Digest, Item, Section


@dataclass(frozen=True, slots=True)
class ItemWords:
    """One item as it should stand. `item_id` None, or one that is gone meanwhile: a new item."""

    item_id: int | None
    section_id: int
    article_id: int | None = None
    kicker: str = ""
    headline: str = ""
    blurb: str = ""
    figure: str = ""
    link: str = ""
    image_alt: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it has nothing to show."""
        return not (self.article_id or self.headline or self.blurb or self.figure or self.link)


FIELDS = ("kicker", "headline", "blurb", "figure", "link", "image_alt")


def standing(*, digest: Digest) -> list[ItemWords]:
    """All items as they stand, in the order of the mail; one statement."""
    items = Item.objects.filter(section__digest=digest).order_by(
        "section__position", "position", "pk"
    )
    return [
        ItemWords(
            item_id=item.pk,
            section_id=item.section_id,
            article_id=item.article_id,
            **{field: getattr(item, field) for field in FIELDS},
        )
        for item in items
    ]


@transaction.atomic
def rewrite(
    *,
    digest_id: int,
    version: int,
    words: Mapping[str, str],
    items: Sequence[ItemWords],
    by: StaffUser | None,
    now: datetime,
) -> int:
    """Set the words and all items, in the order given; items not named are taken out.

    Returns the new version. Raises EditConflict and NotEditable as every edit does, KeyError for
    a section of another digest.
    """
    if unknown := words.keys() - WORDS:
        raise TypeError(f"not words of a digest: {sorted(unknown)}")
    new_version = begin(digest_id=digest_id, version=version, by=by, now=now)
    if words:
        Digest.objects.filter(pk=digest_id).update(**words)
    _set_items(digest_id, [item for item in items if not item.is_empty])
    return new_version


def _set_items(digest_id: int, items: Sequence[ItemWords]) -> None:
    sections = Section.objects.filter(digest_id=digest_id).in_bulk()
    there = Item.objects.filter(section__digest_id=digest_id)
    existing = there.in_bulk()
    there.exclude(pk__in=[item.item_id for item in items if item.item_id]).delete()
    places: Counter[int] = Counter()
    for wanted in items:
        row = existing.get(wanted.item_id or 0) or Item()
        row.section = sections[wanted.section_id]
        row.position = places[wanted.section_id]
        places[wanted.section_id] += 1
        row.article_id = wanted.article_id
        for field in FIELDS:
            setattr(row, field, getattr(wanted, field))
        row.save()
