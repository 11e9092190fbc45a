"""What a public page tells those who link to it: one address, a headline, a line, a picture."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from newsletter.models import Author, Topic
from newsletter.rendering import message
from tests.factories import (
    NOW,
    make_article,
    make_digest,
    make_image,
    make_newsletter,
    make_section,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path


def card(client: Any, address: str) -> dict[str, str]:
    html = client.get(address).content.decode()
    found = re.findall(r'<meta (?:property|name)="([^"]+)" content="([^"]*)">', html)
    assert len(found) == len(dict(found)), "each is said once"
    return dict(found) | {"canonical": re.findall(r'rel="canonical" href="([^"]*)"', html)[0]}


def with_picture() -> Any:
    newsletter = make_newsletter(tagline="Four minutes & no more.")
    path = Path(newsletter.picture.storage.location) / "p.png"
    Image.new("RGB", (40, 20)).save(path)
    newsletter.picture.save("p.png", ContentFile(path.read_bytes()))
    return newsletter


def test_the_front_page_shows_the_first_newsletters_picture(client: Any, settings: Any) -> None:
    newsletter = with_picture()

    found = card(client, "/?newsletters=x")

    assert found["canonical"] == found["og:url"] == f"{settings.SITE_URL}/"
    assert found["og:title"] == "The news, at your pace"
    assert found["og:description"] == found["description"]
    assert found["og:image"] == settings.SITE_URL + newsletter.picture.url
    assert found["twitter:card"] == "summary_large_image"
    assert card(client, "/subscribe/")["canonical"] == f"{settings.SITE_URL}/"


def test_a_newsletter_shows_its_own_picture_and_line(client: Any, settings: Any) -> None:
    newsletter = with_picture()

    found = card(client, newsletter.get_absolute_url())

    assert found["og:image"] == settings.SITE_URL + newsletter.picture.url
    assert found["og:description"] == "Four minutes &amp; no more."
    assert found["og:type"] == "website"


def test_a_page_without_a_picture_has_a_small_card(client: Any) -> None:
    found = card(client, make_newsletter().get_absolute_url())

    assert "og:image" not in found
    assert found["twitter:card"] == "summary"


def test_a_mail_on_the_web_shows_the_first_picture_in_it(client: Any, settings: Any) -> None:
    digest = make_digest(make_newsletter())
    story = make_article(hero=make_image(), hero_alt="Cranes")
    make_section(digest, "brief", {"headline": "In short", "blurb": "Words.", "link": ""})
    make_section(digest, "lead", {"article": story})
    digest.revision = message.freeze(digest=digest, approved_by=None, now=NOW)
    digest.state, digest.sending_at = "sent", NOW
    digest.save()

    found = card(client, digest.get_absolute_url())

    assert found["og:image"].startswith(f"{settings.SITE_URL}/media/")
    assert found["og:type"] == "article"
    assert found["og:description"] == found["description"]


def test_a_story_shows_its_picture_and_is_an_article(client: Any, settings: Any) -> None:
    story = make_article(hero=make_image(), dek="The channel is deeper.")

    found = card(client, story.get_absolute_url())

    assert found["og:type"] == "article"
    assert found["og:image"] == settings.SITE_URL + story.hero.large.url
    assert found["og:description"] == "The channel is deeper."


def test_topics_authors_and_privacy_have_one_too(client: Any, settings: Any) -> None:
    topic = Topic.objects.create(name="Sea", slug="sea")
    author = Author.objects.create(name="Ines", slug="ines", biography="She keeps two hens.")

    for address in (topic.get_absolute_url(), author.get_absolute_url(), "/privacy/"):
        found = card(client, address)
        assert found["canonical"] == found["og:url"] == settings.SITE_URL + address
        assert found["og:title"]
        assert found["og:description"] == found["description"]


@pytest.mark.parametrize("address", ["/nothing/", "/confirm/abc/", "/unsubscribe/abc/"])
def test_what_is_nobodys_page_has_no_card_and_is_not_listed(client: Any, address: str) -> None:
    html = client.get(address).content.decode()

    assert "og:" not in html
    assert 'rel="canonical"' not in html
    assert '<meta name="robots" content="noindex">' in html
