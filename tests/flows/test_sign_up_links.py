"""What becomes of links: old, cut, foreign."""

from datetime import timedelta

import pytest
from django.utils import timezone

from subscribers import links
from subscribers.models import Consent, Notice, Subscription
from tests.factories import make_newsletter, make_reader

pytestmark = pytest.mark.django_db


def _path(url):
    return "/" + url.split("/", 3)[3]


def _confirm_path(reader, days_ago=0):
    at = timezone.now() - timedelta(days=days_ago)
    return _path(links.confirm_url(subscriber_id=reader.pk, issued_at=at))


def test_an_expired_link_offers_a_new_one_to_the_same_address(client):
    reader = make_reader(make_newsletter(), state="pending", address="anna@mail.example")
    link = _confirm_path(reader, days_ago=8)
    response = client.get(link)
    assert response.status_code == 410
    assert "This link has expired." in response.content.decode()
    assert not Notice.objects.exists()
    for _ in range(2):
        page = client.post(link).content.decode()
        assert "Check your inbox." in page
        assert "a•••@mail.example" in page
        assert "anna@" not in page
    assert Notice.objects.count() == 1
    assert Subscription.objects.get().state == "pending"


def test_an_expired_link_of_somebody_who_left_says_that_it_was_used_and_sends_nothing(client):
    reader = make_reader(make_newsletter(), state="ended")
    link = _confirm_path(reader, days_ago=8)
    for response in (client.get(link), client.post(link)):
        page = response.content.decode()
        assert "This link has been used." in page
        assert 'href="/"' in page
    assert not Notice.objects.exists()


def test_an_expired_link_of_somebody_who_is_in_says_so(client):
    reader = make_reader(make_newsletter())
    link = _confirm_path(reader, days_ago=8)
    for response in (client.get(link), client.post(link)):
        assert "You are in." in response.content.decode()
    assert not Notice.objects.exists()
    assert not Consent.objects.exists()


def test_a_link_works_for_seven_days(client):
    reader = make_reader(make_newsletter(), state="pending")
    at = timezone.now() - timedelta(days=7) + timedelta(minutes=1)
    link = _path(links.confirm_url(subscriber_id=reader.pk, issued_at=at))
    assert "One last tap." in client.get(link).content.decode()
    assert "You are in." in client.post(link).content.decode()


def test_a_link_of_nobody_says_what_to_do(client):
    reader = make_reader(make_newsletter(), state="pending")
    paths = [_confirm_path(reader), _confirm_path(reader, days_ago=8)]
    reader.delete()
    for path in paths:
        for response in (client.get(path), client.post(path)):
            assert response.status_code == 404
            assert "We cannot read this link." in response.content.decode()


@pytest.mark.parametrize("state", ["pending", "active", "ended"])
@pytest.mark.parametrize("days_ago", [0, 8])
def test_a_link_that_is_only_looked_at_changes_nothing(client, state, days_ago):
    reader = make_reader(make_newsletter(), state=state)
    before = list(Subscription.objects.values())
    for _ in range(3):
        client.get(_confirm_path(reader, days_ago))
        client.head(_confirm_path(reader, days_ago))
    assert list(Subscription.objects.values()) == before
    assert not Consent.objects.exists()
    assert not Notice.objects.exists()


def test_the_page_brings_nothing_that_acts_by_itself(client):
    reader = make_reader(make_newsletter(), state="pending")
    page = client.get(_confirm_path(reader)).content.decode()
    assert "<script" not in page
    assert "http-equiv" not in page
    assert '<form method="post">' in page


def test_a_link_already_used_by_somebody_who_left_says_so(client):
    reader = make_reader(make_newsletter(), state="ended")
    link = _confirm_path(reader)
    for response in (client.get(link), client.post(link)):
        assert "This link has been used." in response.content.decode()
    assert Subscription.objects.get().state == "ended"


@pytest.mark.parametrize("kind", ["confirm", "unsubscribe", "preferences"])
@pytest.mark.parametrize("token", ["x", "A" * 38, "%00", "é", "a" * 2000])
def test_a_link_that_we_do_not_know_says_what_to_do(client, kind, token):
    for ask in (client.get, client.post):
        response = ask(f"/{kind}/{token}/")
        assert response.status_code == 404
        assert "We cannot read this link." in response.content.decode()


def test_token_pages_are_not_kept_framed_found_or_passed_on(client):
    newsletter = make_newsletter()
    reader = make_reader(newsletter)
    for url in (
        links.confirm_url(subscriber_id=reader.pk, issued_at=timezone.now()),
        links.unsubscribe_url(subscriber_id=reader.pk, newsletter_id=newsletter.pk),
        links.preferences_url(subscriber_id=reader.pk, issued_at=timezone.now()),
        "http://127.0.0.1:8000/preferences/nonsense/",
    ):
        response = client.get(_path(url))
        assert response["Cache-Control"] == "no-store"
        assert response["Referrer-Policy"] == "no-referrer"
        assert response["X-Frame-Options"] == "DENY"
        assert response["X-Robots-Tag"] == "noindex"
        assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
        assert not response.cookies
        assert '<meta name="robots" content="noindex">' in response.content.decode()


def test_other_methods_are_refused(client):
    reader = make_reader(make_newsletter(), state="pending")
    for method in ("put", "delete", "patch"):
        assert getattr(client, method)(_confirm_path(reader)).status_code == 405
    assert not Consent.objects.exists()
