"""Beside "Unsubscribe", and after it: another hour of the morning, with one press."""

from datetime import time

import pytest

from newsletter.models import Schedule
from subscribers.models import Subscriber, Subscription
from tests.factories import NOW, make_newsletter, make_reader, make_schedule
from tests.flows.test_leaving_offers import acts, path_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def newsletter():
    newsletter = make_newsletter(name="Morning Briefing")
    make_schedule(newsletter, weekdays="12345", by_reader=True)
    return newsletter


def post(client, path, **data):
    return client.post(path, data).content.decode()


def test_the_hours_stand_below_the_button_that_leaves(client, newsletter):
    page = client.get(path_of(make_reader(newsletter), newsletter)).content.decode()
    assert page.index('value="leave"') < page.index("Or at another hour?")
    assert page.index("Get it then") < page.index("take a break")
    assert '<option value="" selected>As usual (6:30 am)</option>' in page
    assert "By London time." in page
    assert acts() == []


def test_another_hour_instead_of_leaving_keeps_the_subscription(client, newsletter):
    reader = make_reader(newsletter)
    Subscriber.objects.update(time_zone="Asia/Tokyo")
    path = path_of(reader, newsletter)
    page = post(client, path, action="hour", hour="07:30")
    assert "You get the Morning Briefing at 7:30 am." in page
    assert "By Tokyo time, from the next mail on." in page
    row = Subscription.objects.get()
    assert (row.state, row.own_time) == ("active", time(7, 30))
    assert '<option value="07:30" selected>' in client.get(path).content.decode()
    page = post(client, path, action="hour", hour="")
    assert "You get the Morning Briefing at its usual hour." in page
    assert acts() == [("own_time", "07:30"), ("own_time", "")]


def test_after_leaving_it_takes_the_leaving_back(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    page = post(client, path, action="leave")
    assert page.index("Undo") < page.index("another hour") < page.index("take a break")
    for _ in range(2):
        post(client, path, action="hour", hour="08:00")
    row = Subscription.objects.get()
    assert (row.state, row.own_time) == ("active", time(8))
    assert acts() == [("left", ""), ("rejoined", ""), ("own_time", "08:00")]


def test_the_usual_hour_takes_the_leaving_back_too(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    post(client, path, action="leave")
    assert "at its usual hour" in post(client, path, action="hour", hour="")
    assert Subscription.objects.get().state == "active"


def test_where_everybody_gets_it_at_once_no_hour_is_offered(client, newsletter):
    Schedule.objects.update(by_reader=False)
    path = path_of(make_reader(newsletter), newsletter)
    assert "another hour" not in client.get(path).content.decode()
    page = post(client, path, action="hour", hour="08:00")
    assert "Leave the Morning Briefing?" in page
    assert acts() == []


@pytest.mark.parametrize("hour", ["07:10", "25:00", "03:30", "\x00", "07:30+01:00", "x" * 10_000])
def test_what_is_not_offered_changes_nothing_and_shows_the_page(client, newsletter, hour):
    path = path_of(make_reader(newsletter), newsletter)
    page = post(client, path, action="hour", hour=hour)
    assert "Leave the Morning Briefing?" in page
    assert acts() == []


def test_a_button_without_its_field_changes_nothing(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    Subscription.objects.update(own_time=time(8))
    assert "Leave the Morning Briefing?" in post(client, path, action="hour")
    assert Subscription.objects.get().own_time == time(8)


def test_an_old_link_brings_nobody_back_who_left_long_ago(client, newsletter):
    path = path_of(make_reader(newsletter), newsletter)
    post(client, path, action="leave")
    Subscription.objects.update(ended_at=NOW)
    page = post(client, path, action="hour", hour="08:00")
    assert "Done." in page
    assert "another hour" not in page
    row = Subscription.objects.get()
    assert (row.state, row.own_time) == ("ended", None)


def test_who_only_waits_for_confirmation_is_offered_none(client, newsletter):
    path = path_of(make_reader(newsletter, state="pending"), newsletter)
    assert "another hour" not in client.get(path).content.decode()
    assert "Leave the Morning Briefing?" in post(client, path, action="hour", hour="08:00")
    row = Subscription.objects.get()
    assert (row.state, row.own_time) == ("pending", None)
