"""Beside "Unsubscribe", and after it: once a week or weekdays only, with one press."""

import pytest

from newsletter.models import Schedule
from subscribers.models import Subscription
from tests.factories import NOW, make_newsletter, make_reader, make_schedule
from tests.flows.test_leaving_offers import acts, path_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsletter():
    newsletter = make_newsletter(name="Morning Briefing")
    make_schedule(newsletter, weekdays="1234567", weekly_day=6)
    return newsletter


def names():
    return [act for act, _ in acts()]


def post(client, path, **data):
    return client.post(path, data).content.decode()


def test_the_button_that_leaves_stays_first_and_the_others_quieter(client, newsletter):
    page = client.get(path_of(make_reader(newsletter), newsletter)).content.decode()
    first, *others = page[page.index("<main") :].split("<button")[1:]
    assert "button-leave" in first
    assert 'value="leave"' in first
    assert [one for one in others if "button-quiet" not in one] == []
    assert "What you missed, Saturdays at 6:30 am" in page
    assert page.index("Weekdays only") < page.index("Once a week") < page.index("take a break")
    assert names() == []


def test_once_a_week_instead_of_leaving_keeps_the_subscription(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    page = post(client, path, action="rarer", frequency="once_a_week")
    assert "You get the Morning Briefing once a week." in page
    assert "What you missed, Saturdays at 6:30 am." in page
    assert Subscription.objects.get().frequency == "once_a_week"
    page = post(client, path, action="rarer", frequency="every_day")
    assert "You get every Morning Briefing." in page
    assert names() == ["once_a_week", "every_day"]


def test_weekdays_only_instead_of_leaving(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    page = post(client, path, action="rarer", frequency="weekdays_only")
    assert "on weekdays only." in page
    assert names() == ["weekdays_only"]


@pytest.mark.parametrize("frequency", ["weekdays_only", "once_a_week"])
def test_after_leaving_it_takes_the_leaving_back(client, newsletter, frequency):
    path = path_of(make_reader(newsletter), newsletter)
    page = post(client, path, action="leave")
    assert page.index("Undo") < page.index("fewer mails") < page.index("take a break")
    for _ in range(2):
        post(client, path, action="rarer", frequency=frequency)
    row = Subscription.objects.get()
    assert (row.state, row.frequency) == ("active", frequency)
    assert names() == ["left", "rejoined", frequency]


def test_where_only_the_weekly_is_rarer_it_is_asked_by_name(client, newsletter):
    Schedule.objects.update(weekdays="12345")
    page = post(client, path_of(make_reader(newsletter), newsletter), action="leave")
    assert "Or: once a week instead?" in page


def test_what_he_has_already_is_not_offered(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    Subscription.objects.update(frequency="weekdays_only")
    page = client.get(path).content.decode()
    assert 'value="once_a_week"' in page
    assert 'value="weekdays_only"' not in page
    Subscription.objects.update(frequency="once_a_week")
    assert 'value="rarer"' not in client.get(path).content.decode()
    assert 'value="pause"' in client.get(path).content.decode()


def test_an_old_link_brings_nobody_back_who_left_long_ago(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    post(client, path, action="leave")
    Subscription.objects.update(ended_at=NOW)
    page = post(client, path, action="rarer", frequency="once_a_week")
    assert "Done." in page
    assert 'value="rarer"' not in page
    row = Subscription.objects.get()
    assert (row.state, row.frequency) == ("ended", "every_day")
    assert names() == ["left"]


@pytest.mark.parametrize("frequency", ["", "twice", "\x00", "x" * 10_000, "once_a_week"])
def test_what_is_not_offered_changes_nothing_and_shows_the_page(client, newsletter, frequency):
    Schedule.objects.update(weekly_day=None)
    path = path_of(make_reader(newsletter), newsletter)
    page = post(client, path, action="rarer", frequency=frequency)
    assert "Leave the Morning Briefing?" in page
    assert names() == []


def test_a_break_goes_on_when_fewer_mails_are_chosen(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    post(client, path, action="pause", **{"break": "week"})
    post(client, path, action="rarer", frequency="once_a_week")
    assert Subscription.objects.get().paused_until is not None
    assert names() == ["paused", "once_a_week"]


def test_who_only_waits_for_confirmation_is_offered_neither(client, newsletter):
    path = path_of(make_reader(newsletter, state="pending"), newsletter)
    assert 'value="rarer"' not in client.get(path).content.decode()
    page = post(client, path, action="rarer", frequency="once_a_week")
    assert "Leave the Morning Briefing?" in page
    row = Subscription.objects.get()
    assert (row.state, row.frequency) == ("pending", "every_day")
