"""Looking at a mail as one of its readers."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from newsletter.models import Digest
from subscribers.models import Subscriber, Subscription
from tests.factories import make_newsletter, make_staff
from tests.newsletter.admin.conftest import page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader(mail: Digest) -> Subscriber:
    """One of the mail's readers, who signed up at a page on a day."""
    own = Subscription.objects.filter(newsletter=mail.newsletter).select_related("subscriber")[5]
    own.confirmed_at, own.page = datetime(2026, 3, 3, 12, tzinfo=UTC), "the harbour story"
    own.save()
    Subscriber.objects.filter(pk=own.subscriber_id).update(name="Rosalind")
    return own.subscriber


def frame(desk: Client, mail: Digest, reader: object) -> str:
    return desk.get(page_of(mail, "frame"), {"reader": reader}).text


def test_a_reader_is_found_by_address_which_stands_in_no_address_line(
    desk: Client, mail: Digest, reader: Subscriber
) -> None:
    response = desk.post(f"{page_of(mail, 'preview')}?as=phone", {"address": reader.address})

    assert response.status_code == 302
    assert response["Location"] == f"{page_of(mail, 'preview')}?as=phone&reader={reader.pk}"
    page = desk.get(response["Location"]).text
    assert f"As reader {reader.pk}, Rosalind sees it" in page
    assert f"?reader={reader.pk}" in page
    assert f"?as=dark&amp;reader={reader.pk}" in page


def test_it_shows_what_that_reader_gets_with_nobodys_links(
    desk: Client, mail: Digest, reader: Subscriber
) -> None:
    shown = frame(desk, mail, reader.pk)

    assert "Good morning, Rosalind." in shown
    assert "signed up on 3 March 2026 at the harbour story" in shown
    for path in ("/unsubscribe/", "/preferences/", "/c/"):
        assert path not in shown


def test_who_does_not_get_the_newsletter_is_said_to(desk: Client, mail: Digest) -> None:
    other = Subscriber.objects.create(
        address="o@x.example", address_key="o@x.example", name="Odd", created_at=mail.created_at
    )
    assert "who does not get" in desk.get(page_of(mail, "preview"), {"reader": other.pk}).text
    assert "on the list of" in frame(desk, mail, other.pk)


def test_a_reader_without_a_name_and_one_who_gets_both(desk: Client, mail: Digest) -> None:
    mail.newsletter.promotes = make_newsletter(name="Good News")
    mail.newsletter.save()

    assert "Good morning, Ada." in frame(desk, mail, "")
    assert "Good morning." in frame(desk, mail, "nameless")
    assert "Get the Good News" in frame(desk, mail, "nameless")
    assert "Get the Good News" not in frame(desk, mail, "both")
    assert "Who also gets Good News" in desk.get(page_of(mail, "preview")).text


@pytest.mark.parametrize("typed", ["nobody@x.example", "nobody"])
def test_who_is_not_found_is_said(desk: Client, mail: Digest, typed: str) -> None:
    page = desk.post(page_of(mail, "preview"), {"address": typed})
    assert page.status_code == 200
    assert "desk-error" in page.text


@pytest.mark.parametrize("key", ["0", "x", "9" * 30, "-1"])
def test_a_reader_there_is_not_has_no_page(desk: Client, mail: Digest, key: str) -> None:
    assert desk.get(page_of(mail, "frame"), {"reader": key}).status_code == 404


def test_only_who_may_see_readers_looks_as_one(
    client: Client, mail: Digest, reader: Subscriber
) -> None:
    editor = make_staff()
    editor.user_permissions.add(Permission.objects.get(codename="view_digest"))
    client.force_login(editor)

    assert 'name="address"' not in client.get(page_of(mail, "preview")).text
    for name in ("preview", "frame"):
        asked = client.get(page_of(mail, name), {"reader": reader.pk})
        assert asked.status_code == 403
    typed = client.post(page_of(mail, "preview"), {"address": reader.address})
    assert typed.status_code == 403
    assert client.get(page_of(mail, "frame"), {"reader": "nameless"}).status_code == 200
