"""Pressed twenty times at once: one act each."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from subscribers import links
from subscribers.account import address_changes, fresh_links
from subscribers.addresses import parse
from subscribers.models import AddressChange, Consent, FreshLink, Notice, Subscriber
from tests.factories import make_newsletter, make_reader

pytestmark = pytest.mark.django_db(transaction=True)


def press(url, data):
    """The statuses of twenty posts at the same time."""
    path = "/" + url.split("/", 3)[3]

    def one(_):
        try:
            return Client().post(path, data).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        return sorted(pool.map(one, range(20)))


def acts():
    return list(Consent.objects.exclude(act="blocked").values_list("act", flat=True))


def test_a_fresh_link_opens_for_one():
    reader = make_reader(make_newsletter())
    fresh_links.send(subscriber_id=reader.pk, now=timezone.now())
    url = links.fresh_url(subscriber_id=reader.pk, row_id=FreshLink.objects.get().pk)
    assert press(url, {"action": "open"}) == [200] + [410] * 19
    assert acts() == ["told"]


def test_a_new_address_is_moved_to_once():
    reader = make_reader(make_newsletter())
    address_changes.ask(
        subscriber_id=reader.pk, address=parse("new@mail.example"), now=timezone.now()
    )
    url = links.new_address_url(subscriber_id=reader.pk, row_id=AddressChange.objects.get().pk)
    statuses = press(url, {})
    assert statuses[0] == 200
    assert set(statuses[1:]) <= {409, 410}
    assert acts() == ["moved"]
    assert Subscriber.objects.get().address == "new@mail.example"
    assert Notice.objects.filter(kind="address_changed").count() == 1


def test_a_break_is_taken_once():
    newsletter = make_newsletter(slug="briefing")
    reader = make_reader(newsletter)
    url = links.preferences_url(subscriber_id=reader.pk, issued_at=timezone.now())
    data = {"newsletters": "briefing", "break-briefing": "week", "action": "save"}
    assert set(press(url, data)) == {200}
    assert acts() == ["paused"]


def test_why_is_said_once():
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    url = links.unsubscribe_url(subscriber_id=reader.pk, newsletter_id=newsletter.pk)
    assert set(press(url, {"action": "leave"})) == {200}
    assert set(press(url, {"action": "why", "reason": "other"})) == {200}
    assert acts() == ["left", "said_why"]


def test_one_asks_for_one_mail():
    reader = make_reader(make_newsletter())
    url = links.preferences_url(subscriber_id=reader.pk, issued_at=timezone.now())
    assert set(press(url, {"action": "data"})) == {200}
    assert Notice.objects.count() == 1
