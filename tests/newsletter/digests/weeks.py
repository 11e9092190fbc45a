"""A newsletter that offers its mails once a week, and mails of it that went out."""

from datetime import datetime, timedelta
from typing import Any

from newsletter.digests.assembly import make_digest
from newsletter.models import Article, Digest, Item, LinkClicks, Schedule
from tests import factories
from tests.factories import NOW, make_article, make_revision, make_section

# A Saturday; the mails of that week went out on Tuesday to Friday, and on Tuesday a week before.
SATURDAY = datetime(2026, 11, 28, 7, 0, tzinfo=NOW.tzinfo)
TUESDAY, WEDNESDAY, THURSDAY = (NOW + timedelta(days=number) for number in range(3))
EARLIER = NOW - timedelta(days=7)
HOUR = timedelta(hours=1)


def ran(
    schedule: Schedule, at: datetime, *sections: tuple[str, list[Any]], **values: Any
) -> Digest:
    """A regular mail that began to go out at `at`; each item is a story or an item's fields."""
    defaults = {
        "occurrence": at.date().isoformat(),
        "state": Digest.State.SENT,
        "sending_at": at,
        "created_at": at,
        "release_at": at,
    }
    fields = defaults | values
    state = fields.pop("state")
    digest = factories.make_digest(schedule.newsletter, **fields)
    for key, items in sections:
        rows = [one if isinstance(one, dict) else {"article": one} for one in items]
        make_section(digest, key, *rows)
    Item.objects.filter(section__digest=digest).update(added_at=at - HOUR)
    digest.revision = make_revision(digest)
    digest.state = state
    digest.save()
    return digest


def stories(how_many: int, **fields: Any) -> list[Article]:
    return [make_article(**{"published_at": EARLIER - HOUR, **fields}) for _ in range(how_many)]


def weekly(schedule: Schedule, at: datetime = SATURDAY, **values: Any) -> Digest:
    """The weekly mail that is drafted at `at`, two hours before its time."""
    fields = {"occurrence": f"{at.date().isoformat()}-week", "release_at": at + 2 * HOUR}
    return make_digest(newsletter=schedule.newsletter, is_weekly=True, now=at, **(fields | values))


def told(digest: Digest) -> list[str]:
    """Headlines of its stories in the order of the mail."""
    items = Item.objects.filter(section__digest=digest).select_related("article")
    rows = items.order_by("section__position", "position")
    return [item.headline or (item.article.title if item.article else "") for item in rows]


def clicked(digest: Digest, story: Article, times: int) -> None:
    """Readers of that mail follow the story."""
    revision = digest.revision
    assert revision
    url = story.link if story.is_excerpt else f"http://testserver{story.get_absolute_url()}"
    revision.links = [*revision.links, {"url": url, "label": story.title}]
    revision.save()
    LinkClicks.objects.create(revision=revision, number=len(revision.links) - 1, clicks=times)
