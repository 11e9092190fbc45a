"""Stories that must not be told yet, and those that changed since they were put in."""

from datetime import timedelta

import pytest

from newsletter.content import articles
from newsletter.content.entries import Entry
from newsletter.models import Article, Digest, Feed, Item
from newsletter.release import readiness
from tests.factories import NOW, make_article, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def story(ready: Digest) -> Article:
    story = make_article()
    Item.objects.update(article=story, added_at=NOW, link="")
    return story


def codes(digest: Digest) -> list[tuple[str, bool]]:
    return [
        (problem.code, problem.blocking) for problem in readiness.problems(digest=digest, now=NOW)
    ]


def test_a_story_under_embargo_at_the_time_of_release_stops_it(
    ready: Digest, story: Article
) -> None:
    ready.release_at = NOW + timedelta(hours=1)
    Article.objects.update(embargo_until=NOW + timedelta(hours=2))
    assert codes(ready) == [("embargo", True)]
    ready.release_at = NOW + timedelta(hours=2)
    assert codes(ready) == []


def test_without_a_time_an_embargo_counts_from_now(ready: Digest, story: Article) -> None:
    ready.release_at = None
    Article.objects.update(embargo_until=NOW + timedelta(minutes=1))
    assert codes(ready) == [("embargo", True)]


def test_a_story_that_changed_since_it_was_put_in_is_worth_a_look(
    ready: Digest, story: Article
) -> None:
    Article.objects.update(changed_at=NOW - timedelta(minutes=1))
    assert codes(ready) == []
    Article.objects.update(changed_at=NOW + timedelta(minutes=1))
    assert codes(ready) == [("corrected", False)]


def test_a_story_that_stands_in_it_twice_is_worth_a_look(ready: Digest, story: Article) -> None:
    make_section(ready, "more", {"article": story, "headline": "Once more"}, at_least=1)
    assert codes(ready) == [("story_twice", False)]
    found = readiness.problems(digest=ready, now=NOW)[0]
    assert found.message == f'"{story}" stands in it twice.'


def test_a_source_that_says_something_else_is_noted_with_its_time() -> None:
    feed = Feed.objects.create(name="The Harbour Gazette", url="https://g.example/feed")
    first = {"guid": "1", "link": "https://g.example/1", "title": "Two boats lost"}
    articles.store(feed=feed, entry=Entry(**first), now=NOW)
    assert Article.objects.get().changed_at is None
    second = first | {"title": "One boat lost"}
    articles.store(feed=feed, entry=Entry(**second), now=NOW + timedelta(hours=1))
    assert Article.objects.get().changed_at == NOW + timedelta(hours=1)
