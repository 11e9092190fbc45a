"""Editing: setting the words and items of a digest as they should stand."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher

from django.db import transaction

from config.models import StaffUser
from newsletter.digests import filling, taking_out
from newsletter.digests.edits import begin
from newsletter.models import Digest, Item, Section

WORDS = frozenset({"subject", "preheader", "intro", "sign_off"})
ITEM_WORDS = ("kicker", "headline", "blurb", "figure", "link", "image_id", "image_alt", "no_image")


@dataclass(frozen=True, slots=True)
class ItemWords:
    """One item as it should stand. `item_id` None, or one that is gone meanwhile: a new item."""

    section_id: int
    item_id: int | None = None
    article_id: int | None = None
    kicker: str = ""
    headline: str = ""
    blurb: str = ""
    figure: str = ""
    link: str = ""
    # In place of the story's own.
    image_id: int | None = None
    image_alt: str = ""
    no_image: bool = False
    # Pinned: no rule moves or replaces it.
    is_kept: bool = False
    # Of an item that the page made: the same item when it is saved twice.
    key: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it has nothing to show."""
        words = (self.kicker, self.headline, self.blurb, self.figure, self.link)
        return not (self.article_id or self.image_id or any(words))

    @property
    def content(self) -> tuple[object, ...]:
        """What makes it another item to its reader."""
        return (self.section_id, self.article_id, *(getattr(self, name) for name in ITEM_WORDS))


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
            is_kept=item.is_kept,
            key=item.key,
            **{field: getattr(item, field) for field in ITEM_WORDS},
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
    for_tomorrow: Collection[int] = (),
    by_itself: bool = False,
) -> int:
    """Set the words and all items, in the order given; items not named are taken out, and new
    ones without words are not made. One that was emptied stays: readiness asks about it.

    Of those, the ones in `for_tomorrow` (by item id) run in the newsletter's next digest. What was
    moved or rewritten is kept from then on. Subject and preheader follow the headlines as long as
    nobody wrote others. Returns the new version. Raises EditConflict, NotEditable and (`by_itself`)
    IsApproved as every edit does, KeyError for a section of another digest.
    """
    if unknown := words.keys() - WORDS:
        raise TypeError(f"not words of a digest: {sorted(unknown)}")
    new_version = begin(digest_id=digest_id, version=version, by=by, now=now, by_itself=by_itself)
    digest = Digest.objects.get(pk=digest_id)
    there = set(Item.objects.filter(section__digest=digest).values_list("pk", flat=True))
    wanted = [item for item in items if item.item_id in there or not item.is_empty]
    named = {item.item_id for item in wanted}
    typed = {name: text for name, text in words.items() if text != getattr(digest, name)}
    with filling.words_following(digest=digest):
        taking_out.take_out(digest=digest, but_for=named, for_tomorrow=for_tomorrow, now=now)
        _set_items(digest, wanted)
        taking_out.forget(digest=digest, article_ids={item.article_id for item in wanted})
    if typed:
        Digest.objects.filter(pk=digest_id).update(**typed)
    return new_version


def _set_items(digest: Digest, items: Sequence[ItemWords]) -> None:
    sections = Section.objects.filter(digest=digest).in_bulk()
    stood = {item.item_id: item for item in standing(digest=digest)}
    existing = Item.objects.filter(section__digest=digest).in_bulk()
    moved = _moved(list(stood), items)
    places: Counter[int] = Counter()
    for wanted in items:
        row = existing.get(wanted.item_id or 0) or Item()
        old = stood.get(row.pk)
        row.section = sections[wanted.section_id]
        row.position = places[wanted.section_id]
        places[wanted.section_id] += 1
        row.article_id = wanted.article_id
        row.key = row.key or wanted.key
        is_same = old is not None and old.content == wanted.content and row.pk not in moved
        row.is_kept = wanted.is_kept or not is_same
        for field in ITEM_WORDS:
            setattr(row, field, getattr(wanted, field))
        row.save()


def _moved(stood: Sequence[int | None], items: Sequence[ItemWords]) -> set[int]:
    """Items that stand elsewhere among those that were there: the fewest that explain the order."""
    places = {pk: place for place, pk in enumerate(stood)}
    order = [item.item_id for item in items if item.item_id in places]
    matcher = SequenceMatcher(a=[pk for pk in stood if pk in set(order)], b=order, autojunk=False)
    same = {
        order[block.b + n] for block in matcher.get_matching_blocks() for n in range(block.size)
    }
    return {pk for pk in order if pk is not None and pk not in same}
