"""A reader's rhythm at the desk: shown, changed when he asks, and on record."""

from datetime import time

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from newsletter.models import Schedule
from subscribers.models import Consent, Newsletter, Subscriber, Subscription
from tests.factories import make_newsletter, make_reader, make_schedule, make_staff

CHANGE = "admin:subscribers_subscriber_change"
RHYTHM = "admin:subscribers_subscriber_rhythm"
ZONE = "admin:subscribers_subscriber_time_zone"


@pytest.fixture
def desk(db: None, client: Client) -> Client:
    client.force_login(make_staff(is_superuser=True))
    return client


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    newsletter = make_newsletter(name="Morning Briefing")
    make_schedule(newsletter, weekdays="1234567", weekly_day=6, by_reader=True)
    return newsletter


@pytest.fixture
def reader(newsletter: Newsletter) -> Subscriber:
    return make_reader(newsletter, address="ana@example.org", time_zone="Asia/Tokyo")


def page(desk: Client, reader: Subscriber) -> str:
    return desk.get(reverse(CHANGE, args=[reader.pk])).text


def post(desk: Client, name: str, *args: int, **data: str) -> str:
    return desk.post(reverse(name, args=args), data, follow=True).text


def test_his_page_says_how_often_at_what_hour_and_by_which_clock(
    desk: Client, reader: Subscriber
) -> None:
    Subscription.objects.update(frequency="weekdays_only", own_time=time(7, 30))
    text = page(desk, reader)
    assert "weekdays only, at 7:30 am · by Tokyo time" in text
    assert '<option value="Asia/Tokyo" selected>' in text


def test_staff_change_it_and_it_is_on_record(
    desk: Client, reader: Subscriber, newsletter: Newsletter
) -> None:
    values = {"frequency": "once_a_week", "hour": "08:00"}
    text = post(desk, RHYTHM, reader.pk, newsletter.pk, **values)
    assert "Saved. Morning Briefing: once a week, at 8:00 am." in text
    assert "Morning Briefing: chose once a week" in text
    acts = list(Consent.objects.order_by("pk").values_list("act", "detail", "method"))
    assert acts == [("own_time", "08:00", "desk"), ("once_a_week", "", "desk")]
    entry = LogEntry.objects.get()
    assert entry.change_message == "Morning Briefing: once a week, at 8:00 am."
    assert entry.object_repr == f"reader {reader.pk}"
    text = post(desk, RHYTHM, reader.pk, newsletter.pk, **values)
    assert "It was so already." in text
    assert LogEntry.objects.count() == 1


@pytest.mark.parametrize(
    "values",
    [{"frequency": "twice"}, {"hour": "07:10"}, {"hour": "soon"}, {"frequency": "\x00"}],
)
def test_what_cannot_be_chosen_changes_nothing(
    desk: Client, reader: Subscriber, newsletter: Newsletter, values: dict[str, str]
) -> None:
    assert "That cannot be chosen here." in post(desk, RHYTHM, reader.pk, newsletter.pk, **values)
    assert not Consent.objects.exists()


def test_no_hour_is_taken_where_everybody_gets_it_at_once(
    desk: Client, reader: Subscriber, newsletter: Newsletter
) -> None:
    Schedule.objects.update(by_reader=False)
    text = post(desk, RHYTHM, reader.pk, newsletter.pk, hour="08:00")
    assert "That cannot be chosen here." in text
    assert 'name="hour"' not in text
    text = post(desk, RHYTHM, reader.pk, newsletter.pk, frequency="once_a_week")
    assert "Saved." in text


def test_his_time_zone_is_changed_and_logged(desk: Client, reader: Subscriber) -> None:
    assert "Time zone: Europe/Paris." in post(desk, ZONE, reader.pk, time_zone="Europe/Paris")
    assert Subscriber.objects.get().time_zone == "Europe/Paris"
    assert "Time zone: as each newsletter." in post(desk, ZONE, reader.pk, time_zone="")
    assert "That cannot be chosen here." in post(desk, ZONE, reader.pk, time_zone="../passwd")
    assert LogEntry.objects.count() == 2


def test_who_may_only_look_changes_nothing(
    client: Client, reader: Subscriber, newsletter: Newsletter
) -> None:
    staff = make_staff()
    staff.user_permissions.add(Permission.objects.get(codename="view_subscriber"))
    client.force_login(staff)
    text = page(client, reader)
    assert "every day · by Tokyo time" in text
    assert "Time zone: Asia/Tokyo" in text
    assert 'name="frequency"' not in text
    assert client.post(reverse(RHYTHM, args=[reader.pk, newsletter.pk])).status_code == 403
    assert client.post(reverse(ZONE, args=[reader.pk])).status_code == 403


def test_looking_and_who_has_left_change_nothing(
    desk: Client, reader: Subscriber, newsletter: Newsletter
) -> None:
    assert desk.get(reverse(RHYTHM, args=[reader.pk, newsletter.pk])).status_code == 405
    assert desk.get(reverse(ZONE, args=[reader.pk])).status_code == 405
    Subscription.objects.update(state="ended")
    answer = desk.post(reverse(RHYTHM, args=[reader.pk, newsletter.pk]), {"hour": ""})
    assert answer.status_code == 404
    assert "Gets none." in page(desk, reader)
