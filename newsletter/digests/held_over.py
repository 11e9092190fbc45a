"""Held over: what an editor kept out of one mail for the next ("hold for tomorrow").

It comes with the words that were written for it, into the section it was held from, and stays. What
is held from a weekly mail waits for the next weekly one.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from django.db.models import Exists, OuterRef, Q, QuerySet

from newsletter.digests.story_ledger import spent, unused
from newsletter.models import Digest, Item, Section, TakenOut

# What nobody wanted for so long is old news.
AT_MOST = timedelta(days=14)


class HasItems(Protocol):
    """A section with its items in order."""

    section: Section
    items: list[Item]


def waiting(*, digest: Digest, now: datetime) -> list[TakenOut]:
    """What waits for this mail, the oldest first: held from an earlier one and in none since."""
    earlier = TakenOut.objects.filter(
        section__digest__newsletter=digest.newsletter_id,
        section__digest__is_weekly=digest.is_weekly,
        section__digest__occurrence__lt=digest.occurrence,
        for_tomorrow=True,
        at__gte=now - AT_MOST,
    )
    free = Q(placed_in__isnull=True) | unused("placed_in__")
    return list(
        earlier.filter(free)
        .exclude(Exists(_since(digest)))
        .select_related("section__digest", "article")
        .defer("article__body")
        .order_by("at", "pk")
    )


def _since(digest: Digest) -> QuerySet[Item]:
    """Where else the story of one that waits stands, after the mail that it was held from."""
    items = Item.objects.filter(
        article=OuterRef("article"),
        section__digest__newsletter=digest.newsletter_id,
        section__digest__is_weekly=digest.is_weekly,
        section__digest__occurrence__gt=OuterRef("section__digest__occurrence"),
    )
    return spent(items.exclude(section__digest=digest))


def place(*, digest: Digest, places: Sequence[HasItems], now: datetime) -> bool:
    """Put on top of their sections what waits, once; whether there was anything."""
    held = waiting(digest=digest, now=now) if places else []
    if not held:
        return False
    by_key = {one.section.key: one for one in places}
    # A story that somebody put here already stands with the words that it has here.
    by_hand = {item.article_id for one in places for item in one.items if item.is_kept}
    for row in reversed(held):
        if row.article_id is not None and row.article_id in by_hand:
            continue
        by_hand.add(row.article_id)
        # A section may be gone since; then it stands in the first.
        there = by_key.get(row.section.key, places[0])
        there.items.insert(0, _item(row, there.section))
    TakenOut.objects.filter(pk__in=[row.pk for row in held]).update(placed_in=digest)
    # Somebody took it out here before another held it for here.
    stories = [row.article_id for row in held if row.article_id is not None]
    TakenOut.objects.filter(section__digest=digest, article__in=stories).delete()
    return True


def _item(row: TakenOut, section: Section) -> Item:
    reason = f"held over from {row.section.digest.dated}"
    return Item(section=section, is_kept=True, reason=reason, **row.content)
