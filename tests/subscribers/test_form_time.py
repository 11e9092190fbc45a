from datetime import UTC, datetime, timedelta

import pytest

from subscribers import tokens
from subscribers.abuse import form_time

NOW = datetime(2026, 11, 24, 6, 33, tzinfo=UTC)


def _after(age, **kind):
    given = form_time.stamp(now=NOW, **kind)
    return form_time.is_good(given=given, now=NOW + age)


def test_it_knows_a_form_that_a_person_filled_in():
    assert _after(timedelta(seconds=5))
    assert _after(timedelta(hours=23))


def test_it_knows_one_that_was_sent_at_once_or_is_an_old_copy():
    assert not _after(timedelta(seconds=1))
    assert not _after(timedelta(days=1, seconds=1))
    assert not _after(timedelta(minutes=-5))


def test_one_with_nothing_but_a_button_may_be_quick():
    assert _after(timedelta(0), is_asked_again=True)
    assert not _after(timedelta(days=2), is_asked_again=True)


@pytest.mark.parametrize(
    "given", ["", "AAAA", "\x00", "ä" * 30, "A" * 1_000_000, "\ud800", "{{ form_time }}"]
)
def test_what_it_did_not_sign_is_none(given):
    assert not form_time.is_good(given=given, now=NOW)


def test_a_link_of_a_mail_is_none():
    link = tokens.preferences_token(subscriber_id=1, issued_at=NOW)
    assert not form_time.is_good(given=link, now=NOW)


def test_it_survives_a_new_key(settings):
    given = form_time.stamp(now=NOW)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "new" * 20
    assert form_time.is_good(given=given, now=NOW + timedelta(seconds=9))
