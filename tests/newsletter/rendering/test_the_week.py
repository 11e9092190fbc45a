"""What a weekly mail says that no other does."""

from datetime import date

import pytest
from django.conf import settings

from newsletter.models import Schedule
from newsletter.rendering import looking
from newsletter.rendering.wording import days_in_words, past_day_in_words
from tests.factories import make_article, make_digest, make_section
from tests.newsletter.rendering.samples import Outline, briefing, filled_html, render, the_week

pytestmark = pytest.mark.django_db

SATURDAY = date(2026, 11, 28)
SITE = settings.SITE_URL.partition("://")[2]


def test_its_masthead_says_which_newsletter_and_which_days() -> None:
    digest = the_week()
    page = Outline(filled_html(digest))
    name = digest.newsletter.name
    assert f"The Daymark {name} The week 23 to 28 November 2026 ·" in page.text
    assert f"{name.upper()}\nTHE WEEK\n23 to 28 November 2026 ·" in render(digest).text


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (date(2026, 11, 23), SATURDAY, "23 to 28 November 2026"),
        (date(2026, 11, 28), date(2026, 12, 4), "28 November to 4 December 2026"),
        (date(2026, 12, 28), date(2027, 1, 2), "28 December 2026 to 2 January 2027"),
    ],
)
def test_what_two_days_have_in_common_is_said_once(first: date, last: date, words: str) -> None:
    assert days_in_words(first, last, "en") == words


def test_one_that_nobody_filled_from_the_week_has_its_own_date() -> None:
    digest = make_digest(occurrence="2026-11-28-week", is_weekly=True, layout="what_you_missed")
    make_section(digest, "week_lead", {"article": make_article(kicker="Sea")})
    page = render(digest).page
    assert page["date"] == "Saturday 28 November 2026"
    assert page["sections"][0]["items"][0]["kicker"] == "Sea"


def test_each_story_says_on_which_day_it_ran() -> None:
    sections = render(the_week()).page["sections"]
    assert sections[0]["items"][0]["kicker"] == "Thursday · Harbour"
    assert [item["kicker"] for item in sections[1]["items"]] == [
        "Monday",
        "Tuesday",
        "Wednesday",
        "Thursday",
        "Friday",
    ]


def test_a_day_of_the_week_before_is_a_date() -> None:
    assert past_day_in_words(date(2026, 11, 22), SATURDAY, "en") == "Sunday"
    assert past_day_in_words(date(2026, 11, 21), SATURDAY, "en") == "21 November"


def test_it_offers_all_the_others_instead_and_leads_to_the_readers_choices() -> None:
    digest = the_week()
    rendered = render(digest)
    assert '<a href="@@preferences_url@@"' in rendered.html
    assert "Get it every weekday instead</a>" in rendered.html
    assert "Get it every weekday instead:\n@@preferences_url@@" in rendered.text
    Schedule.objects.update(weekdays="135")
    assert "Get all of its mails instead</a>" in render(digest).html


def test_it_says_that_its_reader_chose_it_once_a_week() -> None:
    digest = the_week()
    shown = looking.sample(newsletter=digest.newsletter, words=render(digest))
    assert f"at {SITE}. You chose to get it once a week." in shown.html
    assert f"at {SITE}.\nYou chose to get it once a week." in shown.text
    other = looking.sample(newsletter=digest.newsletter, words=render(briefing()))
    assert "once a week" not in other.html + other.text
