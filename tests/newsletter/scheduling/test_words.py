"""A schedule in words: for readers, and in one line for staff."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from newsletter.models import Schedule, ScheduleDay
from newsletter.scheduling.words import for_staff, in_hours, in_words
from subscribers.models import Newsletter
from tests.factories import make_schedule

TODAY = date(2026, 11, 24)


def rule(zone: str, at: time, weekdays: str, **more: Any) -> Schedule:
    newsletter = Newsletter(name="Any", time_zone=zone)
    return Schedule(newsletter=newsletter, weekdays=weekdays, local_time=at, **more)


@pytest.mark.parametrize(
    ("zone", "at", "weekdays", "words"),
    [
        ("Europe/London", time(6, 30), "12345", "Every weekday at 6:30 am, London time"),
        ("Europe/London", time(9), "6", "Saturdays at 9:00 am, London time"),
        ("America/New_York", time(18, 5), "1234567", "Every day at 6:05 pm, New York time"),
        ("UTC", time(0), "135", "Mondays, Wednesdays and Fridays at 12:00 am, UTC"),
        ("Asia/Kolkata", time(12), "67", "Saturdays and Sundays at 12:00 pm, Kolkata time"),
        ("Europe/London", time(8), "", "On some days at 8:00 am, London time"),
    ],
)
def test_it_says_the_rule_in_words(zone: str, at: time, weekdays: str, words: str) -> None:
    assert in_words(rule(zone, at, weekdays)) == words


def test_readers_are_told_of_their_own_time_where_it_goes_by_it() -> None:
    schedule = rule("Europe/London", time(6, 30), "12345", by_reader=True)
    assert in_words(schedule) == "Every weekday at 6:30 am, your time"


def test_readers_are_told_of_the_weekly_mail_where_there_is_no_other() -> None:
    schedule = rule("Europe/London", time(6, 30), "", weekly_day=6, weekly_time=time(9))
    assert in_words(schedule) == "Saturdays at 9:00 am, London time"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({}, "weekdays at 06:30, London"),
        ({"weekdays": "1234567"}, "every day at 06:30, London"),
        ({"weekdays": "14"}, "Mondays and Thursdays at 06:30, London"),
        ({"by_reader": True}, "weekdays at 06:30, each reader's own time"),
        (
            {"first_day": date(2026, 12, 1), "last_day": date(2026, 12, 20)},
            "weekdays at 06:30, London; from 1 December to 20 December",
        ),
        ({"first_day": date(2027, 1, 4)}, "weekdays at 06:30, London; from 4 January 2027"),
        ({"last_day": date(2026, 12, 20)}, "weekdays at 06:30, London; until 20 December"),
        (
            {"holidays": "GB-ENG, US"},
            "weekdays at 06:30, London; not on public holidays of GB-ENG and US",
        ),
        (
            {"weekly_day": 6, "weekly_time": time(9)},
            "weekdays at 06:30, London; once a week: Saturdays at 09:00",
        ),
        ({"weekly_day": 6}, "weekdays at 06:30, London; once a week: Saturdays at 06:30"),
        ({"weekdays": "", "weekly_day": 7}, "no weekday; once a week: Sundays at 06:30"),
    ],
    ids=lambda one: str(one)[:40],
)
def test_staff_read_all_of_it_in_one_line(more: dict[str, Any], words: str) -> None:
    schedule = rule("Europe/London", time(6, 30), **{"weekdays": "12345", **more})
    assert for_staff(schedule, today=TODAY) == words


@pytest.mark.django_db
def test_staff_read_of_named_days_that_are_not_over() -> None:
    schedule = make_schedule(weekdays="")
    for day, kind in (("2026-11-20", "extra"), ("2026-12-24", "extra"), ("2027-02-01", "skip")):
        schedule.days.create(day=date.fromisoformat(day), kind=kind)
    assert for_staff(schedule, today=TODAY) == (
        "no weekday; also on 24 December; not on 1 February 2027"
    )
    for number in (25, 26):
        schedule.days.create(day=date(2026, 12, number), kind=ScheduleDay.Kind.EXTRA)
    assert "also on 3 other days" in for_staff(schedule, today=TODAY)


def test_it_says_a_span_in_hours() -> None:
    spans = [timedelta(minutes=40), timedelta(hours=3), timedelta(hours=27, minutes=5)]
    assert [in_hours(span) for span in spans] == ["40 min", "3 h", "27 h 5 min"]
