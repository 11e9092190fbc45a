"""Looking at a mail before it goes."""

import pytest
from django.test import Client

from newsletter.models import Digest
from newsletter.rendering import looking, message, personal
from subscribers.mailing.messages import fill
from tests.factories import NOW
from tests.newsletter.admin.conftest import page_of


@pytest.mark.parametrize("look", ["desktop", "phone", "dark", "phone-dark", "large", "text", "x"])
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
    assert '<pre class="desk-text" tabindex="0"' in text
    assert "Ferry fares rise" in text


def test_pictures_can_be_left_out_as_many_clients_do(desk: Client, mail: Digest) -> None:
    page = desk.get(page_of(mail, "preview"), {"as": "no-pictures"}).text
    assert f'src="{page_of(mail, "frame")}?bare=1"' in page
    bare = desk.get(page_of(mail, "frame"), {"bare": "1"})
    assert "img-src 'none'" in bare["Content-Security-Policy"]
    assert "img-src 'self'" in desk.get(page_of(mail, "frame"))["Content-Security-Policy"]


def test_its_size_is_that_of_what_is_sent(desk: Client, mail: Digest) -> None:
    small = desk.get(page_of(mail, "preview")).text
    assert "Gmail shows the first 102.0" in small
    Digest.objects.update(intro="Many words. " * 9_000)
    mail.refresh_from_db()
    large = desk.get(page_of(mail, "preview")).text
    assert "Gmail cuts it off" in large


def test_a_sample_is_as_large_as_the_mail_of_a_reader(mail: Digest) -> None:
    mail.newsletter.tracks_clicks = True
    mail.newsletter.save()
    revision = message.preview(digest=mail, now=NOW)
    revision.digest, revision.pk = mail, 7
    size = looking.sent_size(newsletter=mail.newsletter, words=revision)
    values = personal.values(
        newsletter=mail.newsletter,
        revision=revision,
        digest_id=mail.pk,
        subscriber_id=3,
        name="Ada",
        confirmed_at=mail.newsletter.created_at,
        page="the front page",
        gets_promoted=False,
    )
    assert size == len(fill(revision.html, values).encode())


def test_large_type_doubles_letters_and_lines(desk: Client, mail: Digest) -> None:
    page = desk.get(page_of(mail, "preview"), {"as": "large"}).text
    assert f'src="{page_of(mail, "frame")}?large=1"' in page
    assert "font-size:34px;line-height:54px" in desk.get(page_of(mail, "frame"), {"large": 1}).text
    assert "font-size:17px;line-height:27px" in desk.get(page_of(mail, "frame")).text


def test_a_misspelt_placeholder_is_pointed_out(desk: Client, mail: Digest) -> None:
    assert "as it was typed" not in desk.get(page_of(mail, "preview")).text
    Digest.objects.update(intro="Hello {nmae|there} and {name|there}.")
    page = desk.get(page_of(mail, "preview")).text
    assert "Readers see this as it was typed: {nmae|there}. Only" in page
