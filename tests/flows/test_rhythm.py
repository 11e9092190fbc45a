"""How often and at what hour, chosen on the preference page as a reader does."""

from datetime import time

import pytest
from django.utils import timezone

from newsletter.models import Schedule
from subscribers.choosing.rhythm_offers import frequency_choices, hours
from subscribers.models import Consent, Newsletter, Subscription
from tests.factories import make_newsletter, make_reader, make_schedule
from tests.flows.test_choices import acts, path_of, save

pytestmark = pytest.mark.django_db


@pytest.fixture
def daily():
    """Every day at 6:30 by each reader's clock, and once a week instead."""
    newsletter = make_newsletter(name="Morning Briefing", slug="briefing")
    make_schedule(
        newsletter,
        weekdays="1234567",
        by_reader=True,
        weekly_day=6,
        weekly_time=time(9),
    )
    return newsletter


def page_of(client, reader):
    return client.get(path_of(reader)).content.decode()


def test_all_that_there_is_can_be_chosen_with_one_save(client, daily):
    reader = make_reader(daily)
    page = page_of(client, reader)
    for words in (
        "Every day",
        "Weekdays only",
        "Once a week",
        "What you missed, Saturdays at 9:00",
    ):
        assert words in page
    values = {"frequency-briefing": "once_a_week", "hour-briefing": "07:30"}
    page = save(client, reader, "briefing", **values, **{"break-briefing": "week"}).content.decode()
    assert "Saved." in page
    row = Subscription.objects.get()
    assert (row.frequency, row.own_time) == ("once_a_week", time(7, 30))
    assert row.paused_until is not None
    assert acts() == ["once_a_week", "own_time", "paused"]
    assert 'value="once_a_week" checked' in page
    assert '<option value="07:30" selected>7:30 am</option>' in page


def test_as_usual_gives_the_hour_back_and_says_which_it_is(client, daily):
    reader = make_reader(daily)
    Subscription.objects.update(own_time=time(5))
    save(client, reader, "briefing", **{"hour-briefing": ""})
    assert Subscription.objects.get().own_time is None
    assert '<option value="" selected>As usual (6:30 am)</option>' in page_of(client, reader)
    Subscription.objects.update(frequency="once_a_week")
    assert "As usual (9:00 am)" in page_of(client, reader)


def test_the_hours_are_those_of_the_morning_and_his_own(client, daily):
    reader = make_reader(daily)
    Subscription.objects.update(own_time=time(21, 30))
    page = page_of(client, reader)
    options = page.partition('<select id="hour-briefing"')[2].partition("</select>")[0]
    assert options.count("<option") == 19
    assert 'value="04:00"' in options
    assert 'value="12:00"' in options
    assert '<option value="21:30" selected>9:30 pm</option>' in options


def test_the_page_says_by_whose_clock_it_is(client, daily):
    here, away = make_reader(daily), make_reader(daily, time_zone="Asia/Tokyo")
    page = page_of(client, here)
    assert "By London time." in page
    assert "Say where you are, and it comes by your own clock." in page
    assert "By Tokyo time." in page_of(client, away)


def test_only_what_makes_sense_is_asked(client):
    newsletter = make_newsletter(slug="good-news")
    make_schedule(newsletter, weekdays="6")
    reader = make_reader(newsletter)
    page = page_of(client, reader)
    assert "How often" not in page
    assert "At what hour" not in page
    Schedule.objects.update(weekdays="24", weekly_day=6)
    page = page_of(client, reader)
    assert "Every time" in page
    assert "Once a week" in page
    assert "Weekdays only" not in page
    Schedule.objects.update(weekdays="246", weekly_day=None)
    page = page_of(client, reader)
    assert "Weekdays only" in page
    assert "Once a week" not in page


def test_what_somebody_has_is_shown_also_where_it_is_not_offered_any_more(client, daily):
    reader = make_reader(daily)
    Subscription.objects.update(frequency="once_a_week")
    Schedule.objects.update(weekly_day=None)
    page = page_of(client, reader)
    assert 'value="once_a_week" checked' in page
    assert "Not at the moment" in page
    save(client, reader, "briefing", **{"frequency-briefing": "once_a_week"})
    assert Subscription.objects.get().frequency == "once_a_week"
    save(client, reader, "briefing", **{"frequency-briefing": "every_day"})
    assert 'value="once_a_week"' not in page_of(client, reader)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("frequency-briefing", "twice"),
        ("frequency-briefing", ""),
        ("frequency-briefing", "\x00"),
        ("frequency-briefing", "x" * 10_000),
        ("hour-briefing", "07:10"),
        ("hour-briefing", "25:00"),
        ("hour-briefing", "03:30"),
        ("hour-briefing", "\x00"),
        ("hour-briefing", "07:30+01:00"),
    ],
)
def test_what_cannot_be_chosen_is_said_beside_it_and_saves_nothing(client, daily, field, value):
    reader = make_reader(daily)
    typed = {"frequency-briefing": "weekdays_only", "hour-briefing": "08:00", "name": "Ada"}
    response = save(client, reader, "briefing", **(typed | {field: value}))
    assert response.status_code == 422
    page = response.content.decode()
    assert f'id="{field}-error"' in page
    assert f'<a href="#{field}">' in page
    # What was chosen beside it stays chosen.
    kept = {
        "hour-briefing": 'value="weekdays_only" checked',
        "frequency-briefing": 'value="08:00" selected',
    }
    assert kept[field] in page
    assert 'value="Ada"' in page
    assert acts() == []
    row = Subscription.objects.get()
    assert (row.frequency, row.own_time) == ("every_day", None)


def test_once_a_week_is_refused_where_it_is_not_offered(client, daily):
    Schedule.objects.update(weekly_day=None)
    reader = make_reader(daily)
    response = save(client, reader, "briefing", **{"frequency-briefing": "once_a_week"})
    assert response.status_code == 422
    assert acts() == []


def test_what_the_form_did_not_ask_stays_as_it_is(client, daily):
    reader = make_reader(daily)
    Subscription.objects.update(frequency="weekdays_only", own_time=time(5))
    save(client, reader, "briefing")
    row = Subscription.objects.get()
    assert (row.frequency, row.own_time) == ("weekdays_only", time(5))
    assert acts() == []


def test_what_is_switched_off_keeps_no_new_choice(client, daily):
    reader = make_reader(daily)
    save(client, reader, **{"frequency-briefing": "once_a_week", "hour-briefing": "08:00"})
    assert acts() == ["left"]


def test_the_proof_says_how_and_from_where(client, daily):
    save(client, make_reader(daily), "briefing", **{"hour-briefing": "08:00"})
    act = Consent.objects.get()
    assert (act.act, act.detail, act.method) == ("own_time", "08:00", "preferences")
    assert act.network
    assert act.at <= timezone.now()


def test_what_can_be_chosen_is_one_question_to_the_database(daily, django_assert_num_queries):
    reader = make_reader(daily)
    mine = Subscription.objects.get()
    newsletter = Newsletter.objects.get()
    with django_assert_num_queries(1):
        assert len(frequency_choices(newsletter=newsletter, chosen=mine.frequency)) == 3
        assert hours(newsletter=newsletter, reader=reader, mine=mine)
