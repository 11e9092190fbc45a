"""Looking at a mail before it goes."""

import pytest
from django.test import Client

from newsletter.models import Digest
from tests.newsletter.admin.conftest import page_of


@pytest.mark.parametrize("look", ["desktop", "phone", "dark", "phone-dark", "text", "nonsense"])
def test_each_look_shows_the_subject(desk: Client, mail: Digest, look: str) -> None:
    response = desk.get(page_of(mail, "preview"), {"as": look})
    assert response.status_code == 200
    assert "Harbour reopens" in response.text


def test_the_frame_is_shut_off_from_the_desk(desk: Client, mail: Digest) -> None:
    response = desk.get(page_of(mail, "frame"))
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "script-src" not in policy
    assert "Ferry fares rise" in response.text
    assert "@@" not in response.text


def test_looking_makes_no_revision(desk: Client, mail: Digest) -> None:
    for page in ("preview", "frame"):
        desk.get(page_of(mail, page))
    assert not mail.revisions.exists()


def test_the_plain_text_is_shown_as_it_is(desk: Client, mail: Digest) -> None:
    text = desk.get(page_of(mail, "preview"), {"as": "text"}).text
    assert '<pre class="desk-text">' in text
    assert "Ferry fares rise" in text
