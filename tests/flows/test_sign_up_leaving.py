"""Leaving and choosing, through the pages and the mail client's own button."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client
from django.utils import timezone

from subscribers import links
from subscribers.models import Consent, Subscription
from tests.factories import NOW, make_newsletter, make_reader

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def _unsubscribe_path(reader, newsletter):
    url = links.unsubscribe_url(subscriber_id=reader.pk, newsletter_id=newsletter.pk)
    return "/" + url.split("/", 3)[3]


def _preferences_path(reader):
    url = links.preferences_url(subscriber_id=reader.pk, issued_at=timezone.now())
    return "/" + url.split("/", 3)[3]


def _states():
    return dict(Subscription.objects.values_list("newsletter_id", "state"))


@pytest.mark.django_db
def test_a_look_at_the_page_changes_nothing(client):
    newsletter = make_newsletter(name="Morning Briefing")
    reader = make_reader(newsletter, address="anna@mail.example")
    page = client.get(_unsubscribe_path(reader, newsletter)).content.decode()
    assert "Leave the Morning Briefing?" in page
    assert "a•••@mail.example" in page
    client.head(_unsubscribe_path(reader, newsletter))
    assert _states() == {newsletter.pk: "active"}


@pytest.mark.django_db
def test_the_button_leaves_and_undo_comes_back(client):
    newsletter = make_newsletter(name="Morning Briefing")
    reader = make_reader(newsletter)
    path = _unsubscribe_path(reader, newsletter)
    page = client.post(path, {"action": "leave"}).content.decode()
    assert "Done. You will get no more Morning Briefings." in page
    assert "One already on its way may still arrive." in page
    assert _states() == {newsletter.pk: "ended"}
    assert "Undo" in client.get(path).content.decode()
    assert "You are still in." in client.post(path, {"action": "undo"}).content.decode()
    assert _states() == {newsletter.pk: "active"}
    assert [one.act for one in Consent.objects.all()] == ["left", "rejoined"]


@pytest.mark.django_db
def test_one_press_leaves_everything(client):
    one, other = make_newsletter(), make_newsletter()
    reader = make_reader(one)
    Subscription.objects.create(
        subscriber=reader, newsletter=other, state="active", created_at=NOW, confirmed_at=NOW
    )
    client.post(_unsubscribe_path(reader, one), {"action": "everything"})
    assert _states() == {one.pk: "ended", other.pk: "ended"}


@pytest.mark.django_db
@pytest.mark.parametrize("form", ["urlencoded", "multipart"])
def test_a_mail_clients_one_click_leaves_without_cookie_or_redirect(form):
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    client = Client(enforce_csrf_checks=True)
    path = _unsubscribe_path(reader, newsletter)
    for _ in range(2):
        if form == "multipart":
            response = client.post(path, ONE_CLICK)
        else:
            response = client.post(
                path,
                "List-Unsubscribe=One-Click",
                content_type="application/x-www-form-urlencoded",
            )
        assert response.status_code == 200
        assert not response.cookies
    assert _states() == {newsletter.pk: "ended"}
    consent = Consent.objects.get()
    assert (consent.act, consent.method) == ("left", "one-click")


@pytest.mark.django_db
def test_nobodys_one_click_is_answered_alike_and_nobody_leaves():
    newsletter = make_newsletter()
    make_reader(newsletter)
    path = "/" + links.nobodys_unsubscribe_url().split("/", 3)[3]

    response = Client(enforce_csrf_checks=True).post(path, ONE_CLICK)

    assert (response.status_code, response.content) == (200, b"Done.\n")
    assert Client().post(path).status_code == Client().get(path).status_code == 404
    assert _states() == {newsletter.pk: "active"}
    assert not Consent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_twenty_one_clicks_at_once_leave_one_proof():
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    path = _unsubscribe_path(reader, newsletter)

    def press(_):
        try:
            return Client().post(path, ONE_CLICK).status_code
        finally:
            connections.close_all()

    with ThreadPoolExecutor(20) as pool:
        assert set(pool.map(press, range(20))) == {200}
    assert _states() == {newsletter.pk: "ended"}
    assert Consent.objects.count() == 1


@pytest.mark.django_db
def test_old_links_leave_after_a_rotation_of_the_secret_key(client, settings):
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    path = _unsubscribe_path(reader, newsletter)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "a new secret key"
    assert client.post(path, ONE_CLICK).status_code == 200
    assert _states() == {newsletter.pk: "ended"}


@pytest.mark.django_db
def test_choices_are_saved_and_the_address_is_masked(client):
    has, wants = make_newsletter(), make_newsletter()
    reader = make_reader(has, address="anna@mail.example")
    path = _preferences_path(reader)
    page = client.get(path).content.decode()
    assert "a•••@mail.example" in page
    assert "anna@" not in page
    assert page.count("checked") == 1
    page = client.post(path, {"newsletters": [wants.slug], "action": "save"}).content.decode()
    assert "<strong>Saved.</strong> From the next mail on." in page
    assert _states() == {has.pk: "ended", wants.pk: "active"}


@pytest.mark.django_db
def test_choices_of_a_closed_newsletter_can_only_be_switched_off(client):
    closed = make_newsletter(is_open=False)
    reader, stranger = make_reader(closed), make_reader()
    client.post(_preferences_path(stranger), {"newsletters": [closed.slug, "\x00"]})
    assert not Subscription.objects.filter(subscriber=stranger).exists()
    client.post(_preferences_path(reader), {"action": "everything"})
    assert _states() == {closed.pk: "ended"}


@pytest.mark.django_db
def test_the_choices_of_an_erased_reader_are_gone(client):
    reader = make_reader(erased_at=NOW, address_key=None)
    assert "You are erased." in client.get(_preferences_path(reader)).content.decode()
