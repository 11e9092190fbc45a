"""The limit of all sign-ups together, counted from the mails that were asked for."""

import time
from datetime import timedelta

import pytest
from django.utils import timezone

from subscribers import signup
from subscribers.abuse import flood
from subscribers.abuse.ratelimit import TooMany
from subscribers.addresses import parse
from subscribers.models import Notice, Subscriber
from tests.factories import NOW, make_newsletter, make_staff
from tests.sign_up_forms import filled_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small(settings, monkeypatch):
    settings.SIGNUPS_A_MINUTE = 5
    settings.SIGNUPS_AN_HOUR = 12
    monkeypatch.setattr(flood, "_uncounted", flood._Uncounted())


def _asked_for(how_many, *, at=NOW, kind="confirmation"):
    Notice.objects.bulk_create(
        Notice(kind=kind, not_before=at, created_at=at) for _ in range(how_many)
    )


def _sign_up(newsletter, now=NOW):
    signup.sign_up(
        address=parse("anna@mail.example"),
        newsletter_ids=[newsletter.pk],
        page="daymark.example",
        network="203.0.113.0/24",
        now=now,
    )


def _alarms():
    return list(Notice.objects.filter(kind="staff_alert").values_list("staff_address", flat=True))


def test_a_minute_takes_so_many_and_no_more():
    _asked_for(4)
    _sign_up(make_newsletter())
    with pytest.raises(TooMany) as caught:
        flood.check(now=NOW + timedelta(seconds=30))
    assert caught.value.minutes == 1
    flood.check(now=NOW + timedelta(seconds=61))


def test_an_hour_takes_so_many_and_says_when_to_come_back():
    for minutes in (0, 10, 20):
        _asked_for(4, at=NOW + timedelta(minutes=minutes))
    with pytest.raises(TooMany) as caught:
        flood.check(now=NOW + timedelta(minutes=30))
    assert caught.value.minutes == 30
    flood.check(now=NOW + timedelta(minutes=61))


def test_mails_that_nobody_asked_for_on_the_form_do_not_count():
    _asked_for(50, kind="welcome")
    _asked_for(50, kind="test")
    flood.check(now=NOW)


def test_nothing_is_written_for_who_comes_too_late():
    _asked_for(5)
    with pytest.raises(TooMany):
        _sign_up(make_newsletter())
    assert not Subscriber.objects.exists()


def test_staff_are_told_once_an_hour():
    first, _, _ = make_staff(), make_staff(email=""), make_staff(is_active=False)
    for minutes in (0, 1, 59):
        _asked_for(5, at=NOW + timedelta(minutes=minutes))
        with pytest.raises(TooMany):
            flood.check(now=NOW + timedelta(minutes=minutes))
    assert _alarms() == [first.email]
    later = NOW + timedelta(minutes=121)
    _asked_for(5, at=later)
    with pytest.raises(TooMany):
        flood.check(now=later)
    assert _alarms() == [first.email] * 2


def test_the_form_says_when_to_come_back_and_keeps_what_was_typed(client):
    newsletter = make_newsletter()
    _asked_for(5, at=timezone.now())
    data = filled_in(email="anna@mail.example", newsletters=newsletter.slug)
    response = client.post("/subscribe/", data)
    page = response.content.decode()
    assert response.status_code == 429
    assert response["Retry-After"] == "60"
    assert "That was a lot at once. Try again in 1 minute; nothing is lost." in page
    assert 'value="anna@mail.example"' in page
    assert "checked" in page


def test_load_tests_may_switch_it_off(settings):
    settings.SIGNUP_LIMITS = False
    _asked_for(50)
    flood.check(now=NOW)


def test_it_does_not_count_for_each_while_it_is_far_from_the_limit(
    settings, django_assert_num_queries
):
    settings.SIGNUPS_A_MINUTE = settings.SIGNUPS_AN_HOUR = 1_000
    with django_assert_num_queries(1):
        for _ in range(11):
            flood.check(now=NOW)
    _asked_for(950)
    with django_assert_num_queries(5):
        for _ in range(5):
            flood.check(now=NOW)


def test_it_counts_again_after_a_second(settings, django_assert_num_queries, monkeypatch):
    settings.SIGNUPS_A_MINUTE = settings.SIGNUPS_AN_HOUR = 1_000
    flood.check(now=NOW)
    later = time.monotonic() + 1.1
    monkeypatch.setattr(flood.time, "monotonic", lambda: later)
    with django_assert_num_queries(1):
        flood.check(now=NOW)
