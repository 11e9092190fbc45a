"""Forms that do not come from our own page as a person sends it: nothing is refused or lost."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from subscribers.abuse import form_time
from subscribers.models import Notice, Subscriber, Subscription
from tests.factories import make_newsletter
from tests.sign_up_forms import filled_in

pytestmark = pytest.mark.django_db

FOREIGN = [
    {"Origin": "https://elsewhere.example"},
    {"Origin": "null"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site", "Origin": "https://other.testserver"},
]


def _is_asked_once_more(response):
    page = response.content.decode()
    assert response.status_code == 200
    assert "One more tap." in page
    assert response["Cache-Control"] == "no-store"
    assert not response.cookies
    assert not Subscriber.objects.exists()
    return page


def _press(client, page, **headers):
    """What the button sends, read from the page."""
    fields = re.findall(r'<input[^>]* name="(\w+)"[^>]*?(?: value="([^"]*)")?(?: [^>]*)?>', page)
    data: dict[str, list[str]] = {}
    for name, value in fields:
        data.setdefault(name, []).append(value)
    action = re.search(r'<form action="([^"]+)"', page)[1]
    return client.post(action, data, headers=headers)


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_plain_form_on_another_site_signs_up_with_one_more_tap(client, headers):
    first, second = make_newsletter(), make_newsletter()
    data = {"email": "Anna+1@mail.example", "newsletters": [first.slug, second.slug]}
    strict = type(client)(enforce_csrf_checks=True)
    page = _is_asked_once_more(strict.post("/subscribe/", data, headers=headers))
    assert f"You asked for {first.name} and {second.name}" in page
    assert "Anna+1@mail.example" in page
    assert "We send what you choose and nothing else." in page

    pressed = _press(strict, page, Origin="http://testserver")
    assert "Check your inbox." in pressed.content.decode()
    assert Subscriber.objects.get().address == "Anna+1@mail.example"
    assert set(Subscription.objects.values_list("newsletter_id", flat=True)) == {
        first.pk,
        second.pk,
    }
    assert {one.page for one in Subscription.objects.all()} == {"127.0.0.1:8000/subscribe"}
    assert Notice.objects.count() == 1


def test_it_shows_a_domain_of_other_letters_as_people_write_it(client):
    newsletter = make_newsletter()
    data = {"email": "Anna@xn--bcher-kva.example", "newsletters": newsletter.slug}
    page = client.post("/subscribe/", data).content.decode()
    assert "<strong>Anna@bücher.example</strong>" in page
    page = client.post("/subscribe/", filled_in(**data)).content.decode()
    assert "<strong>Anna@bücher.example</strong>" in page


@pytest.mark.parametrize("headers", FOREIGN)
def test_a_good_form_time_does_not_open_the_door_to_other_sites(client, headers):
    newsletter = make_newsletter()
    for again in (False, True):
        stamp = form_time.stamp(now=timezone.now() - timedelta(seconds=9), is_asked_again=again)
        data = filled_in(email="a@b.example", newsletters=newsletter.slug, form_time=stamp)
        _is_asked_once_more(client.post("/subscribe/", data, headers=headers))


@pytest.mark.parametrize("age", [timedelta(0), timedelta(seconds=1), timedelta(days=3)])
def test_who_is_too_quick_or_very_slow_is_asked_once_more(client, age):
    newsletter = make_newsletter()
    stamp = form_time.stamp(now=timezone.now() - age)
    data = filled_in(email="a@b.example", newsletters=newsletter.slug, form_time=stamp)
    page = _is_asked_once_more(client.post("/subscribe/", data))
    assert "Check your inbox." in _press(client, page).content.decode()


def test_who_fills_in_what_only_robots_see_is_asked_once_more(client):
    newsletter = make_newsletter()
    data = filled_in(email="a@b.example", newsletters=newsletter.slug, website="https://x.example")
    page = _is_asked_once_more(client.post("/subscribe/", data))
    assert "x.example" not in page
    assert "Check your inbox." in _press(client, page).content.decode()


def test_a_program_without_a_form_time_is_asked_once_more(client):
    data = {"email": "a@b.example", "newsletters": make_newsletter().slug}
    _is_asked_once_more(client.post("/subscribe/", data))


def test_what_is_missing_is_asked_for_first(client):
    headers = {"Origin": "https://elsewhere.example"}
    make_newsletter()
    response = client.post("/subscribe/", {"email": "a@b.example"}, headers=headers)
    page = response.content.decode()
    assert response.status_code == 422
    assert "Tick at least one newsletter." in page
    assert 'value="a@b.example"' in page


@pytest.mark.parametrize("path", ["/", "newsletter"])
def test_a_page_from_a_cache_works_for_a_day_and_needs_no_cookie(client, path):
    newsletter = make_newsletter()
    path = newsletter.get_absolute_url() if path == "newsletter" else path
    response = client.get(path)
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    stamp = re.search(r'name="form_time" value="([^"]+)"', response.content.decode())[1]
    for hours, good in ((1, True), (23, True), (25, False)):
        later = timezone.now() + timedelta(hours=hours)
        assert form_time.is_good(given=stamp, now=later) is good


@pytest.mark.parametrize(
    ("settings_name", "value", "headers"),
    [
        ("SITE_URL", "https://news.example", {"Origin": "https://news.example"}),
        ("CSRF_TRUSTED_ORIGINS", ["https://x.example"], {"Origin": "https://x.example"}),
        # A proxy that changes the host: the browser's own word counts.
        ("DEBUG", True, {"Origin": "https://news.example", "Sec-Fetch-Site": "same-origin"}),
        ("DEBUG", True, {"Origin": "http://testserver", "Sec-Fetch-Site": "same-origin"}),
    ],
)
def test_our_own_form_signs_up_at_once(client, settings, settings_name, value, headers):
    setattr(settings, settings_name, value)
    data = filled_in(email="a@b.example", newsletters=make_newsletter().slug)
    response = client.post("/subscribe/", data, headers=headers)
    assert "Check your inbox." in response.content.decode()


def test_the_field_for_robots_is_out_of_sight_and_reach(client):
    make_newsletter()
    page = client.get("/").content.decode()
    trap = re.search(
        r'<div class="visually-hidden" aria-hidden="true">(.*?)</div>', page, re.DOTALL
    )[1]
    assert 'tabindex="-1"' in trap
    assert 'autocomplete="off"' in trap
    assert "Leave this field empty" in trap
