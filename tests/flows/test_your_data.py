"""What needs a fresh link: seeing and downloading data, and erasing."""

import json
import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from subscribers import links, suppression
from subscribers.account import fresh_links
from subscribers.models import Consent, FreshLink, Notice, Subscriber, Subscription
from tests.factories import make_newsletter, make_reader
from tests.flows.reading_mail import link, newest

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader():
    newsletter = make_newsletter(name="Morning Briefing", slug="briefing")
    return make_reader(newsletter, address="anna@mail.example", name="Ada <b>")


def ask(reader, client=None):
    url = links.preferences_url(subscriber_id=reader.pk, issued_at=timezone.now())
    return (client or Client()).post("/" + url.split("/", 3)[3], {"action": "data"})


def opened(client, reader):
    """Ask, press the button of the mail: the path, and the mark that the page acts with."""
    ask(reader)
    path = link("fresh_link", "your-data")
    page = client.post(path, {"action": "open"}).content.decode()
    found = re.search(r'name="mark" value="([^"]+)"', page)
    assert found is not None
    return path, found[1], page


def test_it_is_mailed_and_the_page_names_no_address(client, reader):
    page = ask(reader, client).content.decode()
    assert "a•••@mail.example" in page
    assert "anna@" not in page
    mail = newest("fresh_link")
    assert mail.header("To") == "anna@mail.example"
    assert "The link works for 30 minutes, once." in mail.text
    assert "/your-data/" in mail.html


def test_looking_opens_nothing_and_the_button_opens_once(client, reader):
    ask(reader)
    path = link("fresh_link", "your-data")
    for _ in range(3):
        page = client.get(path).content.decode()
        assert "Show my data" in page
        assert "anna@" not in page
    page = client.post(path, {"action": "open"}).content.decode()
    for shown in (
        "What we hold about you",
        "anna@mail.example",
        "Morning Briefing",
        "Ada &lt;b&gt;",
    ):
        assert shown in page
    again = client.post(path, {"action": "open"})
    assert again.status_code == 410
    assert "anna@" not in again.content.decode()
    assert client.get(path).status_code == 410
    assert list(Consent.objects.values_list("act", "newsletter")) == [("told", None)]


def test_it_is_too_old_after_half_an_hour_and_a_new_one_needs_one_press(client, reader):
    ask(reader)
    path = link("fresh_link", "your-data")
    FreshLink.objects.update(created_at=timezone.now() - timedelta(minutes=31))
    response = client.get(path)
    assert response.status_code == 410
    assert client.post(path, {"action": "open"}).status_code == 410
    page = client.post(path, {"action": "again"}).content.decode()
    assert "a•••@mail.example" in page
    assert "Show my data" in client.get(link("fresh_link", "your-data")).content.decode()


def test_what_was_opened_acts_for_half_an_hour(client, reader):
    path, mark, _ = opened(client, reader)
    download = {"mark": mark, "action": "download"}
    assert client.post(path, download)["Content-Type"] == "application/json"
    FreshLink.objects.update(opened_at=timezone.now() - timedelta(minutes=31))
    assert client.post(path, download).status_code == 410


def test_it_can_be_downloaded(client, reader):
    path, mark, _ = opened(client, reader)
    response = client.post(path, {"mark": mark, "action": "download"})
    assert response["Content-Disposition"] == 'attachment; filename="your-data.json"'
    assert response["Cache-Control"] == "no-store"
    assert "anna@mail.example" in json.dumps(json.loads(response.content))


@pytest.mark.parametrize("action", ["download", "erase", "erase-everything", "address"])
def test_nothing_acts_without_the_mark_of_an_opened_link(client, reader, action):
    ask(reader)
    path = link("fresh_link", "your-data")
    token = path.split("/")[2]
    other = make_reader()
    for mark in (
        "",
        token,
        "\x00",
        "x" * 10_000,
        links.tokens.opened_token(subscriber_id=other.pk, row_id=FreshLink.objects.get().pk),
    ):
        FreshLink.objects.update(opened_at=timezone.now())
        response = client.post(path, {"mark": mark, "action": action, "email": "b@mail.example"})
        assert response.status_code == 410
    assert Subscriber.objects.get(pk=reader.pk).address == "anna@mail.example"
    assert Notice.objects.count() == 1


def test_erasing_asks_once_more_and_then_does_it(client, reader):
    path, mark, _ = opened(client, reader)
    page = client.post(path, {"mark": mark, "action": "erase"}).content.decode()
    assert "It cannot be undone." in page
    assert Subscriber.objects.get().address == "anna@mail.example"
    page = client.post(path, {"mark": mark, "action": "erase-everything"}).content.decode()
    assert "You are erased." in page
    assert Subscriber.objects.get().address is None
    assert Subscription.objects.filter(state="active").count() == 0
    assert "You are erased." in client.get(path).content.decode()


def test_one_in_ten_minutes_and_three_a_day(reader):
    now = timezone.now()
    for minutes in (0, 1, 9, 11, 22, 33, 44):
        fresh_links.send(subscriber_id=reader.pk, now=now + timedelta(minutes=minutes))
    assert Notice.objects.count() == 3


def test_the_next_may_follow_at_once_when_the_last_was_opened(client, reader):
    opened(client, reader)
    ask(reader)
    assert FreshLink.objects.count() == 2


def test_the_answer_is_the_same_when_nothing_is_sent(client, reader):
    first = ask(reader, client).content
    assert ask(reader, client).content == first
    hashes = [reader.address_hash]
    suppression.suppress(address_hashes=hashes, reason="manual", detail="", now=timezone.now())
    FreshLink.objects.all().delete()
    assert ask(reader, client).content == first
    assert Notice.objects.count() == 1
