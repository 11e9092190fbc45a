"""A time that a person chose: where clocks change, where readers are, and when it is too late."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from newsletter.digests.waves import Waves
from newsletter.models import Schedule
from newsletter.scheduling.chosen import EAST, Chosen, IsPast, TooFar, chosen
from tests.factories import NOW, make_digest, make_schedule

pytestmark = pytest.mark.django_db

FRIDAY = date(2026, 11, 27)


def choose(
    schedule: Schedule,
    day: date = FRIDAY,
    at: time = time(7, 15),
    *,
    by_reader: bool = False,
    now: datetime = NOW,
) -> Chosen:
    return chosen(newsletter=schedule.newsletter, day=day, at=at, by_reader=by_reader, now=now)


def test_it_is_a_time_of_the_newsletters_own_clock() -> None:
    schedule = make_schedule()
    schedule.newsletter.time_zone = "America/New_York"
    found = choose(schedule)
    assert found.release_at == found.own_time == datetime(2026, 11, 27, 12, 15, tzinfo=UTC)
    assert (found.waves, found.remarks) == (None, ())


@pytest.mark.parametrize(
    ("zone", "day", "at", "goes", "remark"),
    [
        (
            "Europe/London",
            date(2027, 3, 28),
            time(1, 30),
            datetime(2027, 3, 28, 1, 0, tzinfo=UTC),
            "1:30 am does not exist that day; it goes at 2:00 am.",
        ),
        (
            "Europe/London",
            date(2027, 10, 31),
            time(1, 30),
            datetime(2027, 10, 31, 0, 30, tzinfo=UTC),
            "1:30 am comes twice that day; it goes the first time.",
        ),
        (
            "Australia/Lord_Howe",
            date(2027, 4, 4),
            time(1, 45),
            datetime(2027, 4, 3, 14, 45, tzinfo=UTC),
            "1:45 am comes twice that day; it goes the first time.",
        ),
        (
            "America/New_York",
            date(2027, 3, 14),
            time(2, 30),
            datetime(2027, 3, 14, 7, 0, tzinfo=UTC),
            "2:30 am does not exist that day; it goes at 3:00 am.",
        ),
        (
            "Pacific/Apia",
            date(2011, 12, 30),
            time(6, 30),
            datetime(2011, 12, 30, 10, 0, tzinfo=UTC),
            "6:30 am does not exist that day; it goes on Saturday 31 December at 12:00 am.",
        ),
    ],
)
def test_a_time_that_clocks_skip_or_repeat_is_said(
    zone: str, day: date, at: time, goes: datetime, remark: str
) -> None:
    schedule = make_schedule()
    schedule.newsletter.time_zone = zone
    found = choose(schedule, day, at, now=goes - timedelta(days=30))
    assert (found.own_time, found.remarks) == (goes, (remark,))


def test_by_each_readers_clock_it_is_ready_for_the_first_morning_on_earth() -> None:
    found = choose(make_schedule(by_reader=True), by_reader=True)
    assert found.release_at == datetime(2026, 11, 26, 17, 15, tzinfo=UTC)
    assert found.own_time == datetime(2026, 11, 27, 7, 15, tzinfo=UTC)
    assert found.waves == Waves(day=FRIDAY, at=time(7, 15))


def test_it_is_ready_as_long_before_as_the_schedule_says() -> None:
    found = choose(make_schedule(by_reader=True, head_start_minutes=90), by_reader=True)
    assert found.release_at == datetime(2026, 11, 27, 5, 45, tzinfo=UTC)


def test_readers_for_whom_it_is_later_already_get_it_at_once_and_that_is_said() -> None:
    found = choose(make_schedule(by_reader=True), NOW.date(), time(6, 30), by_reader=True)
    assert (found.release_at, found.remarks) == (NOW, (EAST,))


def test_what_is_past_by_the_newsletters_clock_is_refused() -> None:
    """Also where it is still to come for readers further west."""
    for by_reader in (False, True):
        with pytest.raises(IsPast):
            choose(make_schedule(), NOW.date(), time(6, 0), by_reader=by_reader)


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_days_that_no_zone_can_tell_are_refused(zone: str) -> None:
    schedule = make_schedule()
    schedule.newsletter.time_zone = zone
    with pytest.raises(IsPast):
        choose(schedule, date(1, 1, 1))
    with pytest.raises(TooFar):
        choose(schedule, date(9999, 12, 31))


def test_a_newsletter_without_a_schedule_has_times_too() -> None:
    newsletter = make_digest().newsletter
    found = chosen(newsletter=newsletter, day=FRIDAY, at=time(7), by_reader=False, now=NOW)
    assert found.release_at == datetime(2026, 11, 27, 7, 0, tzinfo=UTC)
