"""Mails of three days, and holding a story on from one to the next."""

from datetime import timedelta

from newsletter.digests.assembly import make_digest
from newsletter.digests.editing import rewrite, standing
from newsletter.digests.taking_out import put_back
from newsletter.models import Article, Digest, Item, Schedule, TakenOut
from tests.factories import NOW, make_staff

TODAY, TOMORROW, AFTER = "2026-11-24", "2026-11-25", "2026-11-26"


def mail(schedule: Schedule, occurrence: str) -> Digest:
    return make_digest(
        newsletter=schedule.newsletter,
        occurrence=occurrence,
        release_at=NOW + timedelta(days=2),
        now=NOW,
    )


def hold(digest: Digest, item: Item) -> TakenOut:
    """Take it out for tomorrow; returns what is remembered of it."""
    digest.refresh_from_db()
    rewrite(
        digest_id=digest.pk,
        version=digest.version,
        words={},
        items=[one for one in standing(digest=digest) if one.item_id != item.pk],
        by=None,
        now=NOW,
        for_tomorrow=[item.pk],
    )
    return TakenOut.objects.get(section__digest=digest, article=item.article)


def back(row: TakenOut) -> None:
    digest = Digest.objects.get(pk=row.section.digest_id)
    put_back(
        digest_id=digest.pk, taken_out_id=row.pk, version=digest.version, by=make_staff(), now=NOW
    )


def item_of(digest: Digest, key: str = "more") -> Item:
    items = Item.objects.select_related("article")
    return items.filter(section__digest=digest, section__key=key)[0]


def where(story: Article) -> list[str]:
    """The mails in which it stands."""
    items = Item.objects.filter(article=story).order_by("section__digest__occurrence")
    return list(items.values_list("section__digest__occurrence", flat=True))
