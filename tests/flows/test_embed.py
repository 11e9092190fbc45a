"""The form in a frame on another site."""

import re

import pytest
from django.utils import timezone

from subscribers.abuse import form_time, ratelimit
from subscribers.models import Subscriber, Subscription
from tests.factories import make_newsletter
from tests.sign_up_forms import filled_in

pytestmark = pytest.mark.django_db


def _may_be_framed(response):
    policy = response["Content-Security-Policy"]
    assert "X-Frame-Options" not in response.headers
    assert not response.cookies
    return "frame-ancestors *;" in f"{policy};"


def test_it_may_be_framed_by_other_sites_and_loads_nothing_from_elsewhere(client):
    newsletter = make_newsletter()
    response = client.get(f"/embed/{newsletter.slug}/")
    assert response.status_code == 200
    assert _may_be_framed(response)
    assert "script-src 'self'" in response["Content-Security-Policy"]
    assert newsletter.name in response.content.decode()


@pytest.mark.parametrize("path", ["/", "/subscribe/", "newsletter"])
def test_other_pages_may_not_be_framed(client, path):
    newsletter = make_newsletter()
    path = newsletter.get_absolute_url() if path == "newsletter" else path
    response = client.get(path)
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_it_signs_up_without_a_script_and_stays_in_the_frame(client):
    newsletter, other = make_newsletter(), make_newsletter()
    path = f"/embed/{newsletter.slug}/"
    page = client.get(path).content.decode()
    assert re.search(rf'<form action="{path}" method="post" target="_self"', page)

    wrong = client.post(path, filled_in(email="anna", newsletters=newsletter.slug))
    assert wrong.status_code == 422
    assert _may_be_framed(wrong)
    assert '<a href="#embed-email">That address has no @.</a>' in wrong.content.decode()

    data = filled_in(email="a@b.example", newsletters=[newsletter.slug, other.slug], page=path)
    done = client.post(path, data, headers={"Sec-Fetch-Site": "same-origin"})
    assert "Check your inbox." in done.content.decode()
    assert _may_be_framed(done)
    assert f'href="{path}"' in done.content.decode()
    assert Subscription.objects.get().newsletter == newsletter
    assert Subscription.objects.get().page == f"127.0.0.1:8000/embed/{newsletter.slug}"


def test_who_is_too_quick_is_asked_once_more_inside_the_frame(client):
    newsletter = make_newsletter()
    path = f"/embed/{newsletter.slug}/"
    stamp = form_time.stamp(now=timezone.now())
    data = filled_in(email="a@b.example", newsletters=newsletter.slug, form_time=stamp)
    response = client.post(path, data)
    assert "One more tap." in response.content.decode()
    assert f'action="{path}"' in response.content.decode()
    assert _may_be_framed(response)


def test_what_another_site_filled_in_is_shown_where_nobody_can_frame_it(client):
    """Else its one button could lie, invisible, over something else of that site."""
    newsletter = make_newsletter()
    data = filled_in(email="victim@b.example", newsletters=newsletter.slug)
    response = client.post(
        f"/embed/{newsletter.slug}/", data, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert "One more tap." in response.content.decode()
    assert "frame-ancestors 'none'" in response["Content-Security-Policy"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert not Subscriber.objects.exists()


def test_too_many_are_told_so_inside_the_frame(client, monkeypatch):
    monkeypatch.setattr(ratelimit, "MOST_IN_WINDOW", 0)
    newsletter = make_newsletter()
    data = filled_in(email="a@b.example", newsletters=newsletter.slug)
    response = client.post(f"/embed/{newsletter.slug}/", data)
    assert response.status_code == 429
    assert _may_be_framed(response)
    assert "That was a lot at once." in response.content.decode()
    assert 'value="a@b.example"' in response.content.decode()


def test_a_frame_left_behind_says_so(client):
    closed = make_newsletter(is_open=False)
    for path, get, post in ((f"/embed/{closed.slug}/", 200, 422), ("/embed/gone/", 404, 404)):
        data = filled_in(email="a@b.example", newsletters=closed.slug)
        for response, status in ((client.get(path), get), (client.post(path, data), post)):
            assert response.status_code == status
            assert _may_be_framed(response)
            assert 'href="/"' in response.content.decode()
    assert not Subscriber.objects.exists()


def test_the_script_is_small_and_may_be_kept_and_loaded_anywhere(client):
    response = client.get("/embed.js")
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert "public" in response["Cache-Control"]
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert not response.cookies
    assert len(response.content) < 1_500
