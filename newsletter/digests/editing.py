"""Editing: changing a digest without overwriting somebody else's work.

Every edit names the `version` it was made from. An edit of an approved or scheduled digest takes
it back to draft: what was approved is not what would go out.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F, Max

from config.models import StaffUser
from newsletter.digests import lifecycle
from newsletter.models import Article, Digest, Item, Section

WORDS = frozenset({"subject", "preheader", "intro", "sign_off"})
FROZEN = {Digest.State.APPROVED, Digest.State.SCHEDULED}


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
        pk=digest_id, version=version, state__in=lifecycle.EDITABLE
    ).update(version=F("version") + 1)
    digest = Digest.objects.get(pk=digest_id)
    if not changed:
        raise EditConflict if digest.is_editable else NotEditable(digest)
    if digest.state in FROZEN:
        lifecycle.back_to_draft(digest_id=digest_id, by=by, now=now, reason="Edited")
    return digest.version


@transaction.atomic
def edit_words(
    *, digest_id: int, version: int, by: StaffUser | None, now: datetime, **words: str
) -> int:
    """Set any of subject, preheader, intro and sign_off; returns the new version."""
    if unknown := words.keys() - WORDS:
        raise TypeError(f"not words of a digest: {sorted(unknown)}")
    new_version = begin(digest_id=digest_id, version=version, by=by, now=now)
    if words:
        Digest.objects.filter(pk=digest_id).update(**words)
    return new_version


@transaction.atomic
def edit_item(
    *, item_id: int, version: int, by: StaffUser | None, now: datetime, **words: str
) -> int:
    """Set words of one item (kicker, headline, blurb, figure, link, image_alt)."""
    if unknown := words.keys() - {"kicker", "headline", "blurb", "figure", "link", "image_alt"}:
        raise TypeError(f"not words of an item: {sorted(unknown)}")
    item = Item.objects.select_related("section").get(pk=item_id)
    new_version = begin(digest_id=item.section.digest_id, version=version, by=by, now=now)
    if words:
        Item.objects.filter(pk=item_id).update(**words)
    return new_version


@transaction.atomic
def add_story(
    *, section_id: int, article: Article, version: int, by: StaffUser | None, now: datetime
) -> int:
    """Put a story at the end of a section; returns the new version."""
    section = Section.objects.get(pk=section_id)
    new_version = begin(digest_id=section.digest_id, version=version, by=by, now=now)
    Item.objects.create(section=section, article=article, position=_end_of(section_id))
    return new_version


def _end_of(section_id: int) -> int:
    last = Item.objects.filter(section_id=section_id).aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
