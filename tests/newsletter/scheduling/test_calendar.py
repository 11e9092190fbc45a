"""The calendar: what was made and what is planned, on each newsletter's own days."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.models import Digest, ScheduleDay
from newsletter.scheduling.calendar import Entry, Found, between
from tests.factories import NOW, make_digest, make_newsletter, make_schedule

pytestmark = pytest.mark.django_db

# From Monday to Sunday; NOW is the Tuesday, before half past six.
MONDAY, SUNDAY = date(2026, 11, 23), date(2026, 11, 29)


def week(**asked: Any) -> Found:
    return between(**{"first": MONDAY, "last": SUNDAY, "now": NOW, "newsletter": None} | asked)


def days(entries: list[Entry]) -> list[int]:
    return [entry.day.day for entry in entries]


def test_what_is_planned_stands_on_its_days_from_now_on() -> None:
    make_schedule()
    found = week().entries
    assert days(found) == [24, 25, 26, 27]
    assert {entry.digest for entry in found} == {None}


def test_a_made_mail_stands_where_it_was_planned() -> None:
    schedule = make_schedule()
    made = make_digest(schedule.newsletter, occurrence="2026-11-25", release_at=None)
    entries = week().entries
    assert days(entries) == [24, 25, 26, 27]
    assert entries[1].digest == made


def test_a_mail_stands_on_the_day_that_its_newsletter_has_then() -> None:
    """It is Tuesday in Apia while it is Monday on UTC."""
    apia = make_newsletter(time_zone="Pacific/Apia")
    make_digest(apia, occurrence="2026-11-24", release_at=datetime(2026, 11, 23, 17, tzinfo=UTC))
    assert days(week().entries) == [24]


def test_a_planned_mail_does_too() -> None:
    make_schedule(make_newsletter(time_zone="Pacific/Apia"), weekdays="7")
    assert days(week().entries) == [29]


def test_one_with_another_time_than_its_name_stands_where_it_goes() -> None:
    make_digest(occurrence="2026-11-24", release_at=NOW + timedelta(days=2))
    assert days(week().entries) == [26]


def test_one_in_waves_stands_on_its_own_day_and_not_that_of_the_first() -> None:
    wave = {"wave_day": date(2026, 11, 25), "wave_time": time(7)}
    make_digest(occurrence="2026-11-25", release_at=NOW, **wave)
    make_schedule(by_reader=True, weekdays="4")
    assert days(week().entries) == [25, 26]


def test_days_are_in_the_order_of_their_newsletters_clocks() -> None:
    make_schedule(make_newsletter(name="Apia", time_zone="Pacific/Apia"), local_time=time(12))
    make_schedule(make_newsletter(name="London"), local_time=time(7))
    make_digest(make_newsletter(name="Some day"), occurrence="2026-11-26", release_at=None)
    thursday = [entry.newsletter.name for entry in week().entries if entry.day.day == 26]
    assert thursday == ["London", "Apia", "Some day"]


def test_weekly_mails_and_further_days_are_there() -> None:
    schedule = make_schedule(weekdays="2", weekly_day=6)
    ScheduleDay.objects.create(schedule=schedule, day=date(2026, 11, 27), kind="extra")
    entries = week().entries
    assert [(entry.day.day, entry.is_weekly) for entry in entries] == [
        (24, False),
        (27, False),
        (28, True),
    ]


def test_days_left_out_say_why() -> None:
    schedule = make_schedule(holidays="US")
    note = {"day": date(2026, 11, 27), "note": "Office move"}
    ScheduleDay.objects.create(schedule=schedule, **note)
    off = week().days_off
    assert [(one.day.day, one.reason) for one in off] == [
        (26, "Thanksgiving Day"),
        (27, "Office move"),
    ]


def test_of_days_gone_by_it_says_only_what_was_made() -> None:
    make_schedule(holidays="US")
    make_digest(occurrence="2026-10-01", release_at=datetime(2026, 10, 1, 6, tzinfo=UTC))
    found = week(first=date(2026, 10, 1), last=date(2026, 10, 31))
    assert days(found.entries) == [1]
    assert found.days_off == []


def test_one_newsletter_alone() -> None:
    wanted = make_schedule(weekdays="3").newsletter
    make_schedule(weekdays="4", holidays="US")
    make_digest(make_newsletter(), occurrence="2026-11-25", release_at=None)
    found = week(newsletter=wanted)
    assert [entry.newsletter for entry in found.entries] == [wanted]
    assert found.days_off == []


def test_of_a_full_day_only_the_first_are_read_as_a_whole() -> None:
    for hour in range(8, 3, -1):
        make_digest(occurrence="2026-11-26", release_at=datetime(2026, 11, 26, hour, tzinfo=UTC))
        make_schedule(weekdays="3", local_time=time(hour))
    with CaptureQueriesContext(connection) as asked:
        found = week(most=2)
    hours = [entry.at.hour for entry in found.entries if entry.at]
    assert hours == [4, 5, 4, 5]
    assert found.more == {date(2026, 11, 25): 3, date(2026, 11, 26): 3}
    assert [entry.digest for entry in found.entries if entry.digest]
    (whole,) = [one["sql"] for one in asked if '"preheader"' in one["sql"]]
    assert len(re.findall(r"\d+", whole.rpartition(" IN ")[2].partition(")")[0])) == 2


def test_one_more_than_the_first_is_shown_too() -> None:
    for _ in range(3):
        make_digest(occurrence="2026-11-26", release_at=NOW)
    found = week(most=2)
    assert (len(found.entries), found.more) == (3, {})


def test_it_costs_a_fixed_number_of_statements() -> None:
    counted = []
    for _ in range(2):
        for _ in range(3):
            make_schedule(weekly_day=6)
            make_digest(occurrence="2026-11-24")
        with CaptureQueriesContext(connection) as asked:
            week()
        counted.append(len(asked))
    assert counted[0] == counted[1]
    assert Digest.objects.count() == 6
