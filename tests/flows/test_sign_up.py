"""From the form to the audience, through HTTP and the mail."""

import re

import pytest
from django.core.cache import cache
from django.urls import reverse

from subscribers import audience, notices, ratelimit
from subscribers.models import Consent, Notice, Subscriber, Subscription
from tests.factories import make_newsletter, make_reader

pytestmark = pytest.mark.django_db

INBOX = "Check your inbox."


@pytest.fixture(autouse=True)
def _fresh_counter(monkeypatch):
    cache.clear()
    monkeypatch.setattr(ratelimit, "_counter", ratelimit._Counter())


def _post(client, newsletter, email="anna@mail.example", **more):
    data = {"email": email, "newsletters": newsletter.slug, "page": "/articles/harbour/"} | more
    return client.post("/subscribe/", data)


def _link_in_mail():
    notice = Notice.objects.latest("pk")
    mailing, _ = notices.compose(notice=notice, now=notice.created_at)
    return re.search(r"/confirm/[\w-]+/", mailing.text)[0]


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
    assert "Did you mean <strong>anna@gmail.com</strong>?" in page


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"email": "a@b.example", "newsletters": "no-such-newsletter"},
        {"email": "a@b.example", "newsletters": "\x00"},
        {"email": "a@b.example", "newsletters": ["x" * 10_000] * 50},
        {"email": "a\x00@b.example", "newsletters": "it"},
        {"email": "a@b.example\r\nBcc: c@d.example", "newsletters": "it"},
        {"email": "<script>alert(1)</script>", "newsletters": "it"},
        {"email": "x" * 500_000 + "@b.example", "newsletters": "it"},
        {"email": "a@b.example" * 100_000, "newsletters": "it"},
        {"email": "\u202e\ud7ff@b.example", "newsletters": "it"},
    ],
)
def test_hostile_input_is_refused_kindly(client, data):
    make_newsletter(slug="it")
    client.raise_request_exception = False
    response = client.post("/subscribe/", data)
    assert 400 <= response.status_code < 500
    assert "<script>alert" not in response.content.decode()
    assert not Subscriber.objects.exists()


@pytest.mark.parametrize("page", ["http://evil.example/", "/a b/", "/<b>/", "/x" * 90, "\x00"])
def test_a_page_that_is_not_ours_is_not_remembered(client, page):
    _post(client, make_newsletter(), page=page)
    assert Subscription.objects.get().page == "127.0.0.1:8000"


def test_a_form_on_another_site_is_refused_and_ours_needs_no_cookie(client):
    newsletter = make_newsletter()
    data = {"email": "a@b.example", "newsletters": newsletter.slug}
    strict = type(client)(enforce_csrf_checks=True)
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert strict.post("/subscribe/", data, headers=headers).status_code == 403
    assert not Subscriber.objects.exists()
    ours = {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}
    assert strict.post("/subscribe/", data, headers=ours).status_code == 200
    assert strict.post("/subscribe/", data).status_code == 200


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
