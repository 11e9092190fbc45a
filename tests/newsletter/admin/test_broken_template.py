"""A template is at fault: whoever looks at the mail reads so, and gets no error page."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from newsletter.models import Digest
from newsletter.release import sharing
from newsletter.rendering import message
from newsletter.rendering.mjml import MjmlError
from newsletter.rendering.placeholders import RenderError
from tests.factories import make_staff
from tests.newsletter.admin.conftest import page_of

SENTENCE = "No reader has a value for shoe_size."


@pytest.fixture(autouse=True, params=[MjmlError, RenderError])
def broken(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    def draw(**_: object) -> None:
        raise request.param(SENTENCE)

    monkeypatch.setattr(message, "render", draw)


def shared(client: Client, mail: Digest, name: str) -> HttpResponse:
    link = sharing.share(digest_id=mail.pk, by=make_staff(), now=timezone.now())
    return client.get(reverse(name, args=[link.token]))


def test_the_preview_says_why_there_is_nothing(desk: Client, mail: Digest) -> None:
    page = desk.get(page_of(mail, "preview"))
    assert page.status_code == 200
    assert f"It cannot be drawn: {SENTENCE}" in page.text


@pytest.mark.parametrize("name", ["frame", "text"])
def test_a_frame_at_the_desk_says_it_alone(desk: Client, mail: Digest, name: str) -> None:
    page = desk.get(page_of(mail, name))
    assert page.text == f"It cannot be drawn: {SENTENCE}"
    assert page["Content-Type"].startswith("text/plain")
    assert "no-store" in page["Cache-Control"]
    assert page["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


@pytest.mark.parametrize("name", ["shared", "shared_frame"])
def test_somebody_with_a_link_is_told_kindly_and_not_why(
    client: Client, mail: Digest, name: str
) -> None:
    page = shared(client, mail, name)
    assert page.status_code == (404 if name == "shared" else 200)
    assert "This preview cannot be shown at the moment." in page.text
    assert "shoe_size" not in page.text
    assert page["Cache-Control"] == "no-store"
    assert page["Referrer-Policy"] == "no-referrer"
