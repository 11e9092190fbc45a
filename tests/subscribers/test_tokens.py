from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from subscribers import links, tokens

NOW = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


def test_it_reads_back_what_it_signed():
    token = tokens.unsubscribe_token(subscriber_id=2**40, newsletter_id=7)
    assert tokens.read_unsubscribe_token(token) == tokens.UnsubscribeToken(2**40, 7)
    token = tokens.preferences_token(subscriber_id=12, issued_at=NOW)
    assert tokens.read_preferences_token(token, now=NOW).subscriber_id == 12
    token = tokens.fresh_token(subscriber_id=12, row_id=3)
    assert tokens.read_fresh_token(token) == tokens.FreshToken(12, 3)
    token = tokens.confirm_token(subscriber_id=12, issued_at=NOW)
    assert tokens.read_confirm_token(token, now=NOW) == tokens.ConfirmToken(12, NOW)


@pytest.mark.parametrize(
    "token", ["", "x", "é" * 38, "a\x00b", "A" * 38, "A" * 10_000, "../../etc", "%00"]
)
def test_it_refuses_what_it_never_signed(token):
    for read in (
        tokens.read_unsubscribe_token,
        tokens.read_fresh_token,
        tokens.read_opened_token,
        tokens.read_new_address_token,
    ):
        with pytest.raises(tokens.BadToken):
            read(token)
    for read in (tokens.read_confirm_token, tokens.read_preferences_token):
        with pytest.raises(tokens.BadToken):
            read(token, now=NOW)


def test_it_refuses_a_token_with_any_sign_changed_or_missing():
    token = tokens.unsubscribe_token(subscriber_id=1, newsletter_id=2)
    for place in range(len(token)):
        other = "A" if token[place] != "A" else "B"
        with pytest.raises(tokens.BadToken):
            tokens.read_unsubscribe_token(token[:place] + other + token[place + 1 :])
        with pytest.raises(tokens.BadToken):
            tokens.read_unsubscribe_token(token[:place])


def test_it_refuses_a_token_of_another_kind():
    token = tokens.unsubscribe_token(subscriber_id=1, newsletter_id=2)
    with pytest.raises(tokens.BadToken):
        tokens.read_confirm_token(token, now=NOW)
    token = tokens.fresh_token(subscriber_id=1, row_id=2)
    for read in (tokens.read_opened_token, tokens.read_new_address_token):
        with pytest.raises(tokens.BadToken):
            read(token)


def test_a_link_to_the_choices_works_for_twelve_months():
    token = tokens.preferences_token(subscriber_id=5, issued_at=NOW)
    tokens.read_preferences_token(token, now=NOW + timedelta(days=365))
    with pytest.raises(tokens.ExpiredToken) as caught:
        tokens.read_preferences_token(token, now=NOW + timedelta(days=367))
    assert caught.value.subscriber_id == 5


def test_a_link_to_leave_never_expires_and_says_how_old_it_is():
    token = tokens.unsubscribe_token(subscriber_id=1, newsletter_id=2, issued_at=NOW)
    assert tokens.read_unsubscribe_token(token).issued_at.date() == NOW.date()


def test_a_confirmation_link_works_for_seven_days():
    token = tokens.confirm_token(subscriber_id=5, issued_at=NOW)
    tokens.read_confirm_token(token, now=NOW + timedelta(days=7))
    with pytest.raises(tokens.ExpiredToken) as caught:
        tokens.read_confirm_token(token, now=NOW + timedelta(days=7, seconds=1))
    assert caught.value.subscriber_id == 5


def test_old_links_survive_a_rotation_of_the_secret_key(settings):
    settings.SECRET_KEY = "the old one"
    token = tokens.unsubscribe_token(subscriber_id=1, newsletter_id=2)
    settings.SECRET_KEY = "the new one"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(tokens.BadToken):
        tokens.read_unsubscribe_token(token)
    settings.SECRET_KEY_FALLBACKS = ["the old one"]
    assert tokens.read_unsubscribe_token(token).subscriber_id == 1
    assert tokens.unsubscribe_token(subscriber_id=1, newsletter_id=2) != token


def test_links_lead_to_the_addresses_of_the_pages(settings):
    settings.SITE_URL = "https://news.example"
    token = tokens.unsubscribe_token(subscriber_id=1, newsletter_id=2)
    expected = "https://news.example" + reverse("unsubscribe", args=[token])
    assert links.unsubscribe_url(subscriber_id=1, newsletter_id=2) == expected
    token = tokens.preferences_token(subscriber_id=1, issued_at=NOW)
    expected = "https://news.example" + reverse("preferences", args=[token])
    assert links.preferences_url(subscriber_id=1, issued_at=NOW) == expected
    token = tokens.fresh_token(subscriber_id=1, row_id=2)
    expected = "https://news.example" + reverse("your_data", args=[token])
    assert links.fresh_url(subscriber_id=1, row_id=2) == expected
    token = tokens.new_address_token(subscriber_id=1, row_id=2)
    expected = "https://news.example" + reverse("new_address", args=[token])
    assert links.new_address_url(subscriber_id=1, row_id=2) == expected
    token = tokens.confirm_token(subscriber_id=1, issued_at=NOW)
    expected = "https://news.example" + reverse("confirm", args=[token])
    assert links.confirm_url(subscriber_id=1, issued_at=NOW) == expected
