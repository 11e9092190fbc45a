"""All public pages of the demo: no dead link, valid HTML, nothing inline or from elsewhere."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any
from urllib.parse import urldefrag
from xml.etree import ElementTree

import pytest
from django.conf import settings
from django.test import Client

from newsletter import demo
from newsletter.models import Article, Author, Digest, Feed, Topic
from subscribers import tokens
from subscribers.models import Newsletter, Subscription
from tests.crawling import Crawled, crawl, read
from tests.factories import make_article, make_scheduled_digest

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_pictures")]

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
# They work only with a token that is there; what is shown without one is another page.
CUT = "/confirm/cut-in-two/"


@pytest.fixture(scope="module")
def once() -> dict[str, Crawled]:
    """What was crawled, for all tests: it takes seconds, and they only read it."""
    return {}


@pytest.fixture
def site(client: Client, once: dict[str, Crawled]) -> dict[str, Crawled]:
    """Every page by path, among them those that need a reader's token."""
    if not once:
        demo.load(now=NOW)
        add_what_the_demo_has_none_of()
        starts = ["/", *in_sitemap(client), *of_a_reader(), CUT, "/nothing-here/"]
        once.update(crawl(client, starts))
    return once


def add_what_the_demo_has_none_of() -> None:
    """Lists of several pages, a corrected mail, an excerpt, a newsletter without mails."""
    newsletter = Newsletter.objects.get(slug="morning-briefing")
    revision = newsletter.digests.filter(is_weekly=False).latest("occurrence").revision
    for number in range(60):
        day = NOW - timedelta(days=number + 30)
        digest = make_scheduled_digest(newsletter, occurrence=f"{day:%Y-%m-%d}")
        Digest.objects.filter(pk=digest.pk).update(
            state=Digest.State.SENT, sending_at=day, revision=revision
        )
    corrected = newsletter.digests.order_by("occurrence").first()
    Digest.objects.filter(pk=corrected.pk).update(corrected_at=NOW, correction_note="Sunday.")
    newsletter.digests.filter(occurrence__startswith="2026-10-2").update(corrects=corrected)
    Newsletter.objects.create(name="Quiet One", slug="quiet", is_open=False)
    feed = Feed.objects.create(name="The Mercury", url="https://mercury.example/feed")
    make_article(kind=Article.Kind.EXCERPT, feed=feed, link="https://mercury.example/quay")
    for number in range(30):
        story = make_article(slug=f"more-{number}")
        story.topics.add(Topic.objects.earliest("pk"))
        story.authors.add(Author.objects.earliest("pk"))


def in_sitemap(client: Client) -> list[str]:
    root = ElementTree.fromstring(client.get("/sitemap.xml").content)
    places = [str(place.text) for place in root.iter() if place.tag.endswith("loc")]
    return [place.removeprefix(settings.SITE_URL) for place in places]


def of_a_reader() -> list[str]:
    now = NOW
    reader = Subscription.objects.filter(state="active").earliest("pk")
    newcomer = Subscription.objects.filter(state="pending").earliest("pk")
    leaving = tokens.unsubscribe_token(
        subscriber_id=reader.subscriber_id, newsletter_id=reader.newsletter_id, issued_at=now
    )
    choosing = tokens.preferences_token(subscriber_id=reader.subscriber_id, issued_at=now)
    confirming = tokens.confirm_token(subscriber_id=newcomer.subscriber_id, issued_at=now)
    return [
        f"/unsubscribe/{leaving}/",
        f"/preferences/{choosing}/",
        f"/confirm/{confirming}/",
    ]


def test_the_demo_has_no_dead_link(site: dict[str, Crawled]) -> None:
    dead = {
        f"{path} -> {link}"
        for path, page in site.items()
        for link in page.links
        if urldefrag(link).url != path and site[urldefrag(link).url].status != 200
    }
    lost = {
        f"{path} -> {link}"
        for path, page in site.items()
        for link in page.links
        if (part := urldefrag(link).fragment) and part not in site[urldefrag(link).url].ids
    }
    assert not dead
    assert not lost
    kinds = Counter(path.split("/")[1].partition("?")[0] for path in site)
    assert kinds["articles"] >= 70
    assert kinds["authors"] >= 5
    assert kinds["topics"] >= 10
    assert kinds["privacy"] == 1
    assert kinds["newsletters"] >= 65
    assert len([path for path in site if "?before=" in path]) >= 4


def test_faults_of_html_are_seen() -> None:
    page = read("<!DOCTYPE html><html><body><p><div></p></div><a href=1 href=2>&nope;", at="/")
    faults = [fault.partition(" ")[2] for fault in page.faults]
    assert {"unexpected-end-tag", "duplicate-attribute", "expected-named-entity"} <= set(faults)


def test_every_page_is_valid_html(site: dict[str, Crawled]) -> None:
    assert not {path: page.faults for path, page in site.items() if page.faults}


def test_ids_are_there_once_and_what_names_one_finds_it(site: dict[str, Crawled]) -> None:
    twice = {
        path: repeated
        for path, page in site.items()
        if (repeated := [one for one, times in Counter(page.ids).items() if times > 1])
    }
    assert not twice
    unknown = {
        f"{path} {name}={element.get(name)}"
        for path, page in site.items()
        for element in (page.tree.iter() if page.tree is not None else ())
        for name in ("for", "aria-labelledby", "aria-describedby", "aria-controls")
        for one in (element.get(name) or "").split()
        if one not in page.ids
    }
    assert not unknown


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(site: dict[str, Crawled]) -> None:
    assert not {path: page.foreign for path, page in site.items() if page.foreign}
    inline = {
        f"{path} <{element.tag}>"
        for path, page in site.items()
        for element in (page.tree.iter() if page.tree is not None else ())
        if element.get("style") is not None
        or element.tag == "style"
        or (element.tag == "script" and element.get("src") is None)
        or any(name.startswith("on") for name in element.attrib)
    }
    assert not inline


def test_each_page_has_one_main_heading_and_skips_no_level(site: dict[str, Crawled]) -> None:
    odd = {
        path: levels
        for path, page in site.items()
        if (levels := headings(page)) and (levels.count(1) != 1 or levels[0] != 1 or leaps(levels))
    }
    assert not odd


def headings(page: Crawled) -> list[int]:
    tags: list[Any] = [] if page.tree is None else [element.tag for element in page.tree.iter()]
    return [int(tag[1]) for tag in tags if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}]


def leaps(levels: list[int]) -> bool:
    return any(after > before + 1 for before, after in pairwise(levels))


def test_a_searcher_finds_each_page_under_one_name(site: dict[str, Crawled]) -> None:
    """Of two pages with one canonical address, one would never be found."""
    canonical = Counter(
        element.get("href")
        for page in site.values()
        for element in (page.tree.iter("link") if page.tree is not None else ())
        if element.get("rel") == "canonical"
    )
    assert not [address for address, times in canonical.items() if times > 1]
