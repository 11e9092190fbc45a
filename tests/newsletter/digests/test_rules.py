"""What the rule of each section lets in, and where it puts it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from newsletter.digests.assembly import make_digest
from newsletter.digests.filling import fill
from newsletter.digests.layouts import PRESETS
from newsletter.digests.plans import add
from newsletter.models import Article, Digest, Feed, Item, Schedule, SectionPlan, Topic
from tests.factories import NOW, make_article, make_image, make_schedule

pytestmark = pytest.mark.django_db


@pytest.fixture
def schedule(db: None) -> Schedule:
    return make_schedule()


@pytest.fixture
def only(schedule: Schedule) -> Callable[..., SectionPlan]:
    """Makes the section that is the newsletter's only one, with these fields."""

    def make(**fields: Any) -> SectionPlan:
        plan = add(newsletter=schedule.newsletter, layout=schedule.layout, preset=PRESETS["more"])
        SectionPlan.objects.exclude(pk=plan.pk).delete()
        SectionPlan.objects.filter(pk=plan.pk).update(**{"at_least": 0, "at_most": 9, **fields})
        plan.refresh_from_db()
        return plan

    return make


def make_feed(name: str) -> Feed:
    return Feed.objects.create(name=name, url=f"https://{name}.example/feed")


def made(schedule: Schedule) -> Digest:
    return make_digest(
        newsletter=schedule.newsletter, occurrence="2026-11-24", release_at=None, now=NOW
    )


def titles(digest: Digest) -> list[str]:
    items = Item.objects.filter(section__digest=digest).order_by("section__position", "position")
    return list(items.values_list("article__title", flat=True))


def test_only_stories_of_its_feeds(schedule: Schedule, only: Callable[..., SectionPlan]) -> None:
    gazette, courier, other = make_feed("gazette"), make_feed("courier"), make_feed("other")
    only().feeds.set([gazette, courier])
    for number, feed in enumerate((gazette, courier, other, None)):
        make_article(title=str(number), feed=feed)
    assert sorted(titles(made(schedule))) == ["0", "1"]


def test_only_stories_about_its_topics_each_once(
    schedule: Schedule, only: Callable[..., SectionPlan]
) -> None:
    sea, town = (Topic.objects.create(name=name, slug=name) for name in ("sea", "town"))
    only().topics.set([sea, town])
    make_article(title="both").topics.set([sea, town])
    make_article(title="neither")
    digest = made(schedule)
    assert titles(digest) == ["both"]
    assert Item.objects.get().reason == "the newest story about sea or town"


def test_only_stories_as_young_as_it_asks(
    schedule: Schedule, only: Callable[..., SectionPlan]
) -> None:
    only(max_age_hours=2)
    make_article(title="young", published_at=NOW - timedelta(hours=1))
    make_article(title="old", published_at=NOW - timedelta(hours=3))
    verdict = {"again_from": NOW - timedelta(hours=1)}
    make_article(title="again", published_at=NOW - timedelta(days=9), **verdict)
    assert sorted(titles(made(schedule))) == ["again", "young"]


def test_it_cannot_ask_for_older_stories_than_the_newsletter(
    schedule: Schedule, only: Callable[..., SectionPlan]
) -> None:
    only(max_age_hours=900)
    make_article(published_at=NOW - timedelta(hours=schedule.max_age_hours + 1))
    assert titles(made(schedule)) == []


def test_only_good_news(schedule: Schedule, only: Callable[..., SectionPlan]) -> None:
    only(only_good_news=True)
    make_article(title="good", good_news=True)
    make_article(title="bad")
    assert titles(made(schedule)) == ["good"]


def test_only_stories_with_a_picture_that_can_be_shown(
    schedule: Schedule, only: Callable[..., SectionPlan]
) -> None:
    only(needs_image=True)
    make_article(title="seen", hero=make_image())
    make_article(title="waits", hero=make_image(state="waiting"))
    make_article(title="none")
    assert titles(made(schedule)) == ["seen"]


def test_all_its_rules_hold_together(schedule: Schedule, only: Callable[..., SectionPlan]) -> None:
    gazette = make_feed("gazette")
    only(only_good_news=True, needs_image=True).feeds.set([gazette])
    make_article(title="all", feed=gazette, good_news=True, hero=make_image())
    make_article(feed=gazette, good_news=True)
    make_article(feed=gazette, hero=make_image())
    make_article(good_news=True, hero=make_image())
    assert titles(made(schedule)) == ["all"]


def test_what_is_not_filled_by_itself_waits_for_an_editor(
    schedule: Schedule, only: Callable[..., SectionPlan]
) -> None:
    only(is_automatic=False)
    make_article()
    assert titles(made(schedule)) == []


@pytest.mark.parametrize(
    ("side", "order"), [("top", ["later", "first"]), ("end", ["first", "later"])]
)
def test_what_comes_later_is_put_where_it_says(
    schedule: Schedule, only: Callable[..., SectionPlan], side: str, order: list[str]
) -> None:
    only(inserts_at=side)
    make_article(title="first")
    digest = made(schedule)
    make_article(title="later", published_at=NOW)
    fill(digest=digest, rule=schedule, now=NOW)
    assert titles(digest) == order


def test_all_or_nothing_is_nothing_when_too_few_suit(
    schedule: Schedule, only: Callable[..., SectionPlan]
) -> None:
    only(all_or_nothing=True, at_least=3)
    make_article()
    make_article()
    assert titles(made(schedule)) == []


@pytest.mark.parametrize("at_least", [0, 2])
@pytest.mark.parametrize("only_good_news", [False, True])
def test_all_or_nothing_is_all_once_enough_suit(
    schedule: Schedule, only: Callable[..., SectionPlan], at_least: int, *, only_good_news: bool
) -> None:
    only(all_or_nothing=True, at_least=at_least, only_good_news=only_good_news)
    for _ in range(3):
        make_article(good_news=True)
    assert len(titles(made(schedule))) == 3


def test_a_section_that_was_added_is_filled_beside_those_of_the_layout(schedule: Schedule) -> None:
    plan = add(newsletter=schedule.newsletter, layout=schedule.layout, preset=PRESETS["more"])
    for _ in range(30):
        make_article()
    section = made(schedule).sections.get(plan=plan)
    assert (section.key, section.items.count()) == ("more-2", 4)
    assert Article.objects.count() == 30
