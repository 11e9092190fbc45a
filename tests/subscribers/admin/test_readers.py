"""Readers at the desk: found by address, shown with their proof, changed by one act only."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from subscribers.models import Consent, ProviderState, Subscription
from tests.factories import NOW, make_newsletter, make_reader, make_staff

LIST = "admin:subscribers_subscriber_changelist"
CHANGE = "admin:subscribers_subscriber_change"
UNSUBSCRIBE = "admin:subscribers_subscriber_unsubscribe"


@pytest.fixture
def desk(db: None, client: Client) -> Client:
    client.force_login(make_staff(is_superuser=True))
    return client


@pytest.mark.parametrize("typed", ["ANA@Example.org", " ana@example.org ", "ana"])
def test_a_reader_is_found_by_address_however_it_is_typed(desk: Client, typed: str) -> None:
    make_reader(address="Ana@example.org")
    make_reader(address="other@example.org")
    text = desk.get(reverse(LIST), {"q": typed}).text
    assert "Ana@example.org" in text
    assert "other@example.org" not in text


def test_the_list_shows_who_gets_what(desk: Client) -> None:
    newsletter = make_newsletter(name="Good News")
    make_reader(newsletter)
    left = make_reader(newsletter, state=Subscription.State.ENDED, address="left@example.org")
    assert "Good News: left" in desk.get(reverse(LIST)).text
    only = desk.get(reverse(LIST), {"gets": newsletter.slug}).text
    assert str(left) not in only


def test_the_page_shows_the_proof_as_a_line_of_time(desk: Client) -> None:
    newsletter = make_newsletter(name="Good News")
    reader = make_reader(newsletter)
    Consent.objects.create(
        subscriber_id=reader.pk,
        newsletter=newsletter,
        act=Consent.Act.CONFIRMED,
        at=NOW,
        method="confirm link",
        network="203.0.113.0",
    )
    text = desk.get(reverse(CHANGE, args=[reader.pk])).text
    assert "Good News: pressed the button in the mail" in text
    assert "from network 203.0.113.0" in text


def test_unsubscribing_is_recorded_as_done_at_the_desk_and_only_by_post(desk: Client) -> None:
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    address = reverse(UNSUBSCRIBE, args=[reader.pk, newsletter.pk])
    assert desk.get(address).status_code == 405
    assert Subscription.objects.get().state == Subscription.State.ACTIVE
    desk.post(address)
    assert Subscription.objects.get().state == Subscription.State.ENDED
    assert Consent.objects.get().method == "desk"


def test_who_may_only_look_cannot_unsubscribe_anybody(db: None, client: Client) -> None:
    somebody = make_staff()
    somebody.user_permissions.set(Permission.objects.filter(codename="view_subscriber"))
    client.force_login(somebody)
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    assert "Unsubscribe" not in client.get(reverse(CHANGE, args=[reader.pk])).text
    address = reverse(UNSUBSCRIBE, args=[reader.pk, newsletter.pk])
    assert client.post(address).status_code == 403


def test_readers_are_not_added_or_edited_in_raw_fields(desk: Client) -> None:
    reader = make_reader()
    assert desk.get(reverse("admin:subscribers_subscriber_add")).status_code == 403
    address = reverse(CHANGE, args=[reader.pk])
    assert desk.post(address, {"address": "new@example.org"}).status_code == 403


def test_a_provider_that_is_held_back_says_why(desk: Client) -> None:
    ProviderState.objects.create(
        name="outbox",
        not_before=timezone.now() + timedelta(minutes=5),
        closed="throttled",
        reason="The provider asked us to wait.",
    )
    text = desk.get(reverse("admin:subscribers_providerstate_changelist")).text
    assert "The provider asked us to wait." in text
