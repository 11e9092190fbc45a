"""Taking items out of a mail, and putting them back."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q

from config.models import StaffUser
from newsletter.digests import filling
from newsletter.digests.edits import begin
from newsletter.digests.story_ledger import unused
from newsletter.models import Digest, Item, ItemContent, TakenOut


class RanSince(Exception):
    """It was held for tomorrow, and that mail is out."""

    def __init__(self, digest: Digest) -> None:
        super().__init__(f"It ran in {digest} since, so it cannot come back here.")


def take_out(
    *,
    digest: Digest,
    but_for: Collection[int | None],
    for_tomorrow: Collection[int] = (),
    now: datetime,
) -> None:
    """Take out all items but some, and remember them: for this mail, or to run in the next."""
    out = Item.objects.filter(section__digest=digest).exclude(pk__in=_ids(but_for))
    found = list(out.select_related("article", "image"))
    for item in found:
        if item.pk in for_tomorrow:
            _end_earlier(digest, item)
    TakenOut.objects.bulk_create(
        TakenOut(
            section_id=item.section_id,
            for_tomorrow=item.pk in for_tomorrow,
            at=now,
            **item.content,
        )
        for item in found
    )
    out.delete()


def _end_earlier(digest: Digest, item: Item) -> None:
    """What was held on to this mail and is held on again waits once."""
    rows = TakenOut.objects.filter(placed_in=digest, for_tomorrow=True, **_same(item))
    rows.update(for_tomorrow=False)


def forget(*, digest: Digest, article_ids: Collection[int | None]) -> None:
    """Of stories that stand in the mail again nothing is remembered."""
    TakenOut.objects.filter(section__digest=digest, article__in=_ids(article_ids)).delete()


@transaction.atomic
def put_back(
    *, digest_id: int, taken_out_id: int, version: int, by: StaffUser | None, now: datetime
) -> int:
    """Put what was taken out at the end of its section, where it stays; returns the new version.

    What was held for tomorrow and stands in a draft by now is taken from there. Subjects follow, as
    with every edit. Does nothing when it is back already. Raises RanSince, and EditConflict and
    NotEditable as every edit does.
    """
    new_version = begin(digest_id=digest_id, version=version, by=by, now=now)
    rows = TakenOut.objects.select_related("section__digest", "article")
    row = rows.filter(pk=taken_out_id, section__digest=digest_id).first()
    if row is None:
        return new_version
    for held in _held_on(row):
        if held.placed_in is not None:
            _take_from(held.placed_in, row, now)
        # Wherever it was held on to, it is not placed again.
        TakenOut.objects.filter(pk=held.pk).update(for_tomorrow=False, placed_in=None)
    with filling.words_following(digest=row.section.digest):
        Item.objects.create(
            section_id=row.section_id,
            position=row.section.items.count(),
            is_kept=True,
            **row.content,
        )
    row.delete()
    return new_version


def _held_on(row: TakenOut) -> list[TakenOut]:
    """That row, and those of the mails after it that held the same story on; a story runs once."""
    same = Q(pk=row.pk)
    if row.article_id is not None:
        here = row.section.digest
        same |= Q(
            article=row.article_id,
            for_tomorrow=True,
            section__digest__newsletter=here.newsletter_id,
            section__digest__is_weekly=here.is_weekly,
            section__digest__occurrence__gt=here.occurrence,
        )
    return list(TakenOut.objects.filter(same).select_related("placed_in").order_by("at", "pk"))


def _take_from(there: Digest, row: TakenOut, now: datetime) -> None:
    if Digest.objects.filter(unused(), pk=there.pk).exists():
        return
    items = Item.objects.filter(section__digest=there, **_same(row))
    if not items.exists():
        return
    if not there.is_editable:
        raise RanSince(there)
    begin(digest_id=there.pk, version=there.version, by=None, now=now)
    with filling.words_following(digest=there):
        items.delete()


def _same(row: ItemContent) -> dict[str, Any]:
    """Its headline may be another by now; a text without a story is known only by all of it."""
    return {"article": row.article} if row.article_id else row.content


def _ids(ids: Collection[int | None]) -> list[int]:
    return [pk for pk in ids if pk is not None]
