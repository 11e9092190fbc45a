"""What differs from reader to reader."""

from datetime import UTC, datetime

import pytest

from newsletter.rendering import message, personal
from newsletter.rendering.placeholders import KNOWN, RenderError, check
from subscribers import admission, tokens
from subscribers.mailing.messages import fill
from tests.factories import NOW, make_newsletter, make_schedule
from tests.newsletter.rendering.samples import briefing, good_news, render, the_week

pytestmark = pytest.mark.django_db


def kept(digest):
    """The digest as it would be frozen, with an id."""
    revision = message.preview(digest=digest, now=NOW)
    revision.pk = 12
    return revision


def values_of(digest, **changes):
    known = {
        "subscriber_id": 7,
        "name": "",
        "confirmed_at": datetime(2026, 3, 3, 23, 30, tzinfo=UTC),
        "page": "the front page",
        "gets_promoted": True,
    }
    return personal.values(
        newsletter=digest.newsletter,
        revision=kept(digest),
        digest_id=digest.pk,
        **{**known, **changes},
    )


@pytest.mark.parametrize("sample", [briefing, good_news, the_week])
def test_every_placeholder_has_a_value(sample):
    digest = sample()
    rendered = render(digest)
    values = values_of(digest)

    assert values.keys() == KNOWN
    for text in (rendered.subject, rendered.html, rendered.text, *rendered.headers.values()):
        fill(text, values)


def test_the_links_are_the_readers_own(settings):
    digest = briefing()
    values = values_of(digest)

    token = values["unsubscribe_url"].split("/")[-2]
    read = tokens.read_unsubscribe_token(token)
    assert values["unsubscribe_url"].startswith(f"{settings.SITE_URL}/unsubscribe/")
    assert (read.subscriber_id, read.newsletter_id) == (7, digest.newsletter_id)
    assert values["preferences_url"].startswith(f"{settings.SITE_URL}/preferences/")


def test_it_greets_by_name_when_there_is_one():
    digest = briefing()

    assert values_of(digest)["greeting_html"] == "Good morning."
    assert values_of(digest, name="Ada")["greeting_text"] == "Good morning, Ada."


def test_a_name_is_words_and_nothing_else():
    values = values_of(briefing(), name="<b>@@promo_html@@\r\nBcc: x")

    assert "<b>" not in values["greeting_html"]
    assert "@@" not in values["greeting_text"]
    assert "\n" not in values["greeting_text"]


def test_the_day_of_signing_up_is_that_of_the_newsletters_zone():
    digest = briefing(newsletter=make_newsletter(time_zone="Asia/Tokyo"))

    assert values_of(digest)["reason_html"] == (
        "You get this because you signed up on 4 March 2026 at the front page."
    )


def test_nobody_is_told_a_day_or_place_that_is_not_known():
    digest = briefing()
    values = values_of(digest, page="")

    assert values["reason_html"] == values["reason_text"]
    assert values["reason_text"] == (
        f"You get this because you are on the list of {digest.newsletter.name}."
    )


def test_who_signed_up_elsewhere_is_told_when():
    values = values_of(briefing(), page=admission.ANOTHER_PLACE)

    assert values["reason_html"] == (
        "You get this because you signed up on 3 March 2026 at another place."
    )


def test_only_those_without_the_other_newsletter_are_offered_it(settings):
    other = make_newsletter(name="Good News", slug="good-news", accent="leaf")
    make_schedule(other, weekdays="6")
    digest = briefing(newsletter=make_newsletter(promotes=other))

    offered = values_of(digest, gets_promoted=False)
    assert "Get the Good News every Saturday" in offered["promo_html"]
    one_tap = f"{offered['preferences_url']}?add=good-news"
    assert offered["preferences_url"].startswith(settings.SITE_URL)
    assert f'href="{one_tap}"' in offered["promo_html"]
    assert one_tap in offered["promo_text"]
    assert values_of(digest)["promo_html"] == ""


def test_a_newsletter_closed_for_sign_up_is_not_offered():
    other = make_newsletter(is_open=False)
    digest = briefing(newsletter=make_newsletter(promotes=other))

    assert values_of(digest, gets_promoted=False)["promo_html"] == ""


def test_the_message_id_is_the_same_for_every_try():
    one = personal.message_id(digest_id=3, subscriber_id=7, domain="daymark.example")

    assert one == personal.message_id(digest_id=3, subscriber_id=7, domain="daymark.example")
    assert one == "<3.7@daymark.example>"


def test_a_template_with_a_placeholder_nobody_has_is_refused():
    with pytest.raises(RenderError, match="shoe_size"):
        check(["@@unsubscribe_url@@ @@shoe_size@@"])


def test_a_mail_that_cannot_be_left_is_refused():
    with pytest.raises(RenderError, match="unsubscribe"):
        check(["@@greeting_html@@"])
