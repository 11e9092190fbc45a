"""Editing: changing a digest without overwriting somebody else's work.

Every edit names the `version` it was made from. An edit of an approved or scheduled digest takes
it back to draft: what was approved is not what would go out. A paused one goes on with the words
that were approved until its correction is approved too (`delivery.correcting`).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F

from config.models import StaffUser
from newsletter import wake
from newsletter.digests import lifecycle
from newsletter.models import Agreement, Digest, Item, Section

WORDS = frozenset({"subject", "preheader", "intro", "sign_off"})
ITEM_WORDS = ("kicker", "headline", "blurb", "figure", "link", "image_alt")
FROZEN = {Digest.State.APPROVED, Digest.State.SCHEDULED}


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
    image_alt: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether it has nothing to show."""
        return not (self.article_id or self.headline or self.blurb or self.figure or self.link)


class EditConflict(Exception):
    """Somebody else changed the digest since `version`."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this mail while you had it open. Reload to see their version, "
            "then make your change again."
        )


class NotEditable(Exception):
    """The digest is going out, or has gone, or was called off."""

    def __init__(self, digest: Digest) -> None:
        super().__init__(f"This mail is {digest.get_state_display()}; it cannot be changed.")


@transaction.atomic
def begin(*, digest_id: int, version: int, by: StaffUser | None, now: datetime) -> int:
    """Start an edit made from `version`; returns the new version.

    Call it first in the transaction that writes the change: the conditional UPDATE keeps a second
    editor, and an approval, out until that transaction ends. Raises EditConflict, NotEditable.
    """
    changed = Digest.objects.filter(
        pk=digest_id, version=version, state__in=Digest.REWRITABLE
    ).update(version=F("version") + 1)
    digest = Digest.objects.get(pk=digest_id)
    if not changed:
        raise EditConflict if digest.is_rewritable else NotEditable(digest)
    Agreement.objects.filter(digest_id=digest_id).delete()
    wake.send(wake.CHECK_MAIL, digest_id=digest_id)
    if digest.state in FROZEN:
        lifecycle.back_to_draft(digest_id=digest_id, by=by, now=now, reason="Edited")
    return digest.version


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
        for field in ITEM_WORDS:
            setattr(row, field, getattr(wanted, field))
        row.save()
