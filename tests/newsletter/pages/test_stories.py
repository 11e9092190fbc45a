"""The stories of a topic and of an author: newest first, 24 a page, paged by key."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.models import Article, Author, Feed, Topic
from tests.factories import NOW, make_article, make_image

pytestmark = pytest.mark.django_db


def make_topic(how_many: int = 0) -> Topic:
    topic = Topic.objects.create(name="Sea & sky", slug="sea")
    for number in range(how_many):
        # Pairs of one instant: only the id tells which comes first.
        at = NOW - timedelta(hours=number // 2)
        topic.articles.add(make_article(title=f"Story {number}.", published_at=at))
    return topic


def read(client: Any, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200
    return str(response.content.decode())


def lead(html: str, rel: str) -> str:
    found = re.search(rf'rel="{rel}" href="([^"]*)"', html)
    return found[1].replace("&amp;", "&") if found else ""


@pytest.mark.parametrize("how_many", [1, 24, 25, 49])
def test_every_story_stands_on_one_page_both_ways(client: Any, how_many: int) -> None:
    topic = make_topic(how_many)
    wanted = list(topic.articles.order_by("-published_at", "-id").values_list("title", flat=True))

    address, shown, pages = topic.get_absolute_url(), [], []
    while address:
        html = read(client, address)
        titles = re.findall(r'<h2><a href="[^"]*">([^<]*)</a>', html)
        assert 1 <= len(titles) <= 24
        shown += titles
        pages.append(address)
        last, address = address, lead(html, "next")
    assert shown == wanted

    back = [last]
    while newer := lead(read(client, back[-1]), "prev"):
        back.append(newer)
    assert back[::-1] == pages


def test_only_stories_of_the_topic_are_listed(client: Any) -> None:
    topic = make_topic(1)
    make_article(title="About something else")

    html = read(client, topic.get_absolute_url())

    assert "<h1>Sea &amp; sky</h1>" in html
    assert "Story 0." in html
    assert "About something else" not in html


def test_an_author_has_biography_picture_and_stories(
    client: Any, settings: Any, tmp_path: Path
) -> None:
    author = Author.objects.create(name="Ines <b>", slug="ines", biography="She keeps two hens.")
    for number in range(30):
        at = NOW - timedelta(hours=number)
        author.articles.add(make_article(hero=make_image(), published_at=at))
    html = read(client, author.get_absolute_url())

    assert "<h1>Ines &lt;b&gt;</h1>" in html
    assert "She keeps two hens." in html
    assert 'class="portrait"' not in html
    assert "images/small.jpg" in html
    assert "She keeps two hens." not in read(client, lead(html, "next")).partition("<body")[2]


def test_without_stories_it_says_so(client: Any) -> None:
    assert "There is no story here yet." in read(client, make_topic().get_absolute_url())


def test_each_page_is_its_own_for_search_engines(client: Any, settings: Any) -> None:
    topic = make_topic(30)
    html = read(client, topic.get_absolute_url())
    older = lead(html, "next")

    assert f'rel="canonical" href="{settings.SITE_URL}/topics/sea/"' in html
    assert f'rel="canonical" href="{settings.SITE_URL}{older}"' in read(client, older)


@pytest.mark.parametrize(
    "before", ["x", "1_", "_1", "1.5_2", "1_2_3", "9" * 18 + "_1", "-" + "9" * 18 + "_1", "1_1%00"]
)
def test_a_place_that_no_list_has_is_not_found(client: Any, before: str) -> None:
    topic = make_topic(2)

    assert client.get(f"{topic.get_absolute_url()}?before={before}").status_code == 404


def test_unknown_ones_are_404(client: Any) -> None:
    assert client.get("/topics/nothing/").status_code == 404
    assert client.get("/authors/nobody/").status_code == 404


def test_an_excerpt_is_listed_with_its_page_here(client: Any) -> None:
    feed = Feed.objects.create(name="The Mercury", url="https://mercury.example/feed")
    article = make_article(
        kind=Article.Kind.EXCERPT, feed=feed, link="https://mercury.example/quay"
    )
    topic = make_topic()
    topic.articles.add(article)

    assert f'href="{article.get_absolute_url()}"' in read(client, topic.get_absolute_url())


def test_a_page_costs_as_many_statements_for_many_stories_as_for_few(client: Any) -> None:
    topic = make_topic(2)
    with CaptureQueriesContext(connection) as few:
        read(client, topic.get_absolute_url())
    for _ in range(40):
        topic.articles.add(make_article(hero=make_image()))
    with CaptureQueriesContext(connection) as many:
        read(client, topic.get_absolute_url())

    assert len(many) == len(few)
    assert not [one for one in many if "OFFSET" in one["sql"]]
    assert not [one for one in many if '"newsletter_article"."body"' in one["sql"]]
