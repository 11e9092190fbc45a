"""What a cache in front of the site may keep, and what it must never see twice."""

from typing import Any

import pytest
from django.test import Client

from newsletter.models import Topic
from tests.factories import make_article, make_newsletter

pytestmark = pytest.mark.django_db


def kept(response: Any) -> str:
    return str(response.headers.get("Cache-Control", ""))


def test_public_pages_may_be_shared_for_a_minute_and_set_no_cookie(client: Client) -> None:
    newsletter, story = make_newsletter(), make_article()
    topic = Topic.objects.create(name="Sea", slug="sea")
    own = (newsletter.get_absolute_url(), story.get_absolute_url(), topic.get_absolute_url())

    for address in ("/", "/subscribe/", "/privacy/", f"/embed/{newsletter.slug}/", *own):
        response = client.get(address)
        assert response.status_code == 200
        assert set(kept(response).split(", ")) == {"public", "max-age=0", "s-maxage=60"}, address
        assert not response.cookies
        assert "Cookie" not in response.headers.get("Vary", "")


def test_answers_to_a_form_and_readers_own_pages_are_kept_by_nobody(client: Client) -> None:
    make_newsletter()

    assert kept(client.post("/subscribe/", {"email": "no address"})) == "no-store"
    assert kept(client.get("/preferences/abc/")) == "no-store"


@pytest.mark.parametrize("address", ["/theme.css", "/embed.js", "/robots.txt", "/sitemap.xml"])
def test_files_that_did_not_change_are_not_sent_again(client: Client, address: str) -> None:
    tag = client.get(address).headers["ETag"]

    assert client.get(address, headers={"If-None-Match": tag}).status_code == 304
