"""From the form to the audience, through HTTP and the mail."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from subscribers import audience, notices
from subscribers.abuse import ratelimit
from subscribers.models import Consent, Notice, Subscriber, Subscription
from tests.factories import make_newsletter, make_reader
from tests.sign_up_forms import filled_in

pytestmark = pytest.mark.django_db

INBOX = "Check your inbox."


@pytest.fixture(autouse=True)
def _fresh_counter(monkeypatch):
    cache.clear()
    monkeypatch.setattr(ratelimit, "_counter", ratelimit._Counter())


def _post(client, newsletter, email="anna@mail.example", **more):
    data = {"email": email, "newsletters": newsletter.slug, "page": "/articles/harbour/"} | more
    return client.post("/subscribe/", filled_in(**data))


def _link_in_mail():
    notice = Notice.objects.latest("pk")
    mailing, _ = notices.compose(notice=notice, now=notice.created_at)
    return re.search(r"/confirm/[\w-]+/", mailing.text)[0]


def test_without_a_newsletter_the_front_page_asks_for_nothing(client):
    for page in (client.get("/"), client.post("/subscribe/", filled_in(email="anna@mail.example"))):
        html = page.content.decode()
        assert "No newsletter takes new readers at the moment." in html
        assert "Take one, or both." not in html.partition("<main")[2]
        assert "Tick at least one newsletter." not in html


def test_a_reader_signs_up_confirms_and_is_in_the_audience(client):
    newsletter = make_newsletter(name="Morning Briefing")
    assert newsletter.name in client.get("/").content.decode()

    assert INBOX in _post(client, newsletter).content.decode()
    link = _link_in_mail()
    for ask in (client.get, client.head, client.get):
        assert ask(link).status_code == 200
    assert not audience.deliverable(newsletter_id=newsletter.pk).exists()
    page = client.get(link).content.decode()
    assert "One last tap." in page
    assert "You asked for Morning Briefing." in page

    assert "You are in." in client.post(link).content.decode()
    subscription = audience.deliverable(newsletter_id=newsletter.pk).get()
    assert subscription.page == "127.0.0.1:8000/articles/harbour"
    assert [one.act for one in Consent.objects.all()] == ["requested", "confirmed"]
    assert [one.network for one in Consent.objects.all()] == ["127.0.0.0/24"] * 2
    assert "You are in." in client.get(link).content.decode()
    assert "You are in." in client.post(link).content.decode()
    assert Consent.objects.count() == 2


def test_known_and_unknown_addresses_get_the_same_answer(client):
    newsletter = make_newsletter()
    make_reader(newsletter, address="known@mail.example")
    make_reader(newsletter, address="waits@mail.example", state="pending")
    make_reader(newsletter, address="leftt@mail.example", state="ended")
    answers = set()
    for name in ("known", "waits", "leftt", "nobdy"):
        for _ in range(2):
            response = _post(client, newsletter, email=f"{name}@mail.example")
            body = response.content.decode().replace(name, "name")
            assert not response.cookies
            # Another one for each request, whoever asks.
            del response["X-Request-ID"]
            answers.add((response.status_code, str(sorted(response.headers.items())), body))
    assert len(answers) == 1


def test_it_asks_for_what_is_missing_beside_the_field_and_keeps_what_was_typed(client):
    newsletter = make_newsletter()
    response = client.post("/subscribe/", {"email": "reader.example"})
    page = response.content.decode()
    assert response.status_code == 422
    assert page.count("That address has no @.") == 2
    assert page.count("Tick at least one newsletter.") == 2
    assert '<a href="#newsletters-error">' in page
    assert 'value="reader.example"' in page
    assert page.count("autofocus") == 1

    page = client.post(
        "/subscribe/", {"email": "", "newsletters": newsletter.slug}
    ).content.decode()
    assert "Type your e-mail address." in page
    assert "checked" in page
    assert not Subscriber.objects.exists()


def test_a_common_slip_is_pointed_out(client):
    page = _post(client, make_newsletter(), email="anna@gmial.com").content.decode()
    assert "Did you mean <bdi><strong>anna@gmail.com</strong></bdi>?" in page


def test_a_common_slip_is_pointed_out_beside_the_field_when_the_form_comes_again(client):
    make_newsletter()
    page = client.post("/subscribe/", {"email": "anna@gmial.com"}).content.decode()
    assert "Did you mean <bdi><strong>anna@gmail.com</strong></bdi>?" in page
    assert 'aria-describedby="sign-up-email-hint"' in page
    assert 'id="sign-up-email-hint"' in page


@pytest.mark.parametrize("page", ["http://evil.example/", "/a b/", "/<b>/", "/x" * 90, "\x00"])
def test_a_page_that_is_not_ours_is_not_remembered(client, page):
    _post(client, make_newsletter(), page=page)
    assert Subscription.objects.get().page == "127.0.0.1:8000"


def test_too_many_at_once_are_told_when_to_come_back(client):
    newsletter = make_newsletter()
    for number in range(ratelimit.MOST_IN_WINDOW):
        response = _post(client, newsletter, email=f"a{number}@b.example")
        assert response.status_code == 200
    response = _post(client, newsletter, email="last@b.example")
    assert response.status_code == 429
    assert int(response["Retry-After"]) % 60 == 0
    page = response.content.decode()
    assert "That was a lot at once. Try again in " in page
    assert 'value="last@b.example"' in page
    assert "checked" in page


def test_it_works_with_redis_away(client, settings, tmp_path):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"unix://{tmp_path}/nobody-listens.sock",
        }
    }
    assert INBOX in _post(client, make_newsletter()).content.decode()
    assert Notice.objects.count() == 1


def test_a_newsletter_that_is_closed_takes_nobody(client):
    newsletter = make_newsletter(is_open=False)
    assert newsletter.name not in client.get(reverse("front")).content.decode()
    assert _post(client, newsletter).status_code == 422
