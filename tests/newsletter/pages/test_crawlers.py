"""What search engines are told: which pages there are, and which to leave alone."""

from typing import Any
from xml.etree import ElementTree

import pytest

from newsletter.models import Article, Digest, Topic
from tests.factories import NOW, make_article, make_newsletter, make_scheduled_digest

pytestmark = pytest.mark.django_db

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def test_readers_links_are_closed_and_the_sitemap_named(client: Any, settings: Any) -> None:
    response = client.get("/robots.txt")
    lines = response.content.decode().splitlines()

    assert response["Content-Type"].startswith("text/plain")
    for place in (
        "confirm",
        "preferences",
        "unsubscribe",
        "c",
        "admin",
        "outbox",
        "your-data",
        "new-address",
    ):
        assert f"Disallow: /{place}/" in lines
    for place in ("your-data", "new-address"):
        assert f"Disallow: /{place}/" in lines
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in lines


def test_the_sitemap_names_every_page_of_our_own_once(client: Any, settings: Any) -> None:
    newsletter = make_newsletter()
    digest = make_scheduled_digest(newsletter)
    draft = make_scheduled_digest(newsletter, occurrence="2026-11-25")
    digest.state, digest.sending_at = Digest.State.SENT, NOW
    digest.save()
    topic = Topic.objects.create(name="Sea", slug="sea")
    Topic.objects.create(name="Empty", slug="empty")
    story = make_article()
    topic.articles.add(story, make_article())
    excerpt = make_article(kind=Article.Kind.EXCERPT)

    response = client.get("/sitemap.xml")
    root = ElementTree.fromstring(response.content)

    assert response["Content-Type"] == "application/xml"
    found = [place.text or "" for place in root.iter(f"{SITEMAP}loc")]
    assert len(found) == len(set(found))
    paths = {place.removeprefix(settings.SITE_URL) for place in found}
    pages = (newsletter, digest, topic, story)
    assert {"/", "/privacy/", *(page.get_absolute_url() for page in pages)} <= paths
    assert not paths & {draft.get_absolute_url(), excerpt.get_absolute_url(), "/topics/empty/"}
    for place in found:
        assert client.get(place).status_code == 200, place
