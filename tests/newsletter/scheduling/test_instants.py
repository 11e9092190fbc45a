"""Local times where clocks change, as instants: written down, and worked out a second way."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from newsletter.models import Schedule
from newsletter.scheduling.clocks import instant
from newsletter.scheduling.recurrence import occurrences_between
from subscribers.models import Newsletter
from tests.newsletter.scheduling.brute_force import first_instant

# Zone, local time, the instant in UTC, and what is to be seen there.
TABLE = [
    # Europe/London
    ("Europe/London", "2027-03-27 06:30", "2027-03-27 06:30", "the day before clocks go forward"),
    ("Europe/London", "2027-03-28 00:59", "2027-03-28 00:59", "the last minute before the gap"),
    ("Europe/London", "2027-03-28 01:00", "2027-03-28 01:00", "the gap's first minute"),
    ("Europe/London", "2027-03-28 01:30", "2027-03-28 01:00", "in the gap"),
    ("Europe/London", "2027-03-28 01:59", "2027-03-28 01:00", "the gap's last minute"),
    ("Europe/London", "2027-03-28 02:00", "2027-03-28 01:00", "after the gap"),
    ("Europe/London", "2027-03-28 06:30", "2027-03-28 05:30", "summer time"),
    ("Europe/London", "2026-10-25 00:59", "2026-10-24 23:59", "before the repeated hour"),
    ("Europe/London", "2026-10-25 01:00", "2026-10-25 00:00", "comes twice"),
    ("Europe/London", "2026-10-25 01:30", "2026-10-25 00:30", "comes twice"),
    ("Europe/London", "2026-10-25 02:00", "2026-10-25 02:00", "after the repeated hour"),
    ("Europe/London", "2026-10-25 06:30", "2026-10-25 06:30", "winter time"),
    ("Europe/London", "2026-12-31 23:59", "2026-12-31 23:59", "year end"),
    ("Europe/London", "2027-01-01 00:00", "2027-01-01 00:00", "new year"),
    ("Europe/London", "2028-02-29 06:30", "2028-02-29 06:30", "leap day"),
    ("Europe/London", "1970-06-01 06:30", "1970-06-01 05:30", "all year an hour ahead"),
    # America/New_York
    ("America/New_York", "2027-03-14 01:59", "2027-03-14 06:59", "before the gap"),
    ("America/New_York", "2027-03-14 02:00", "2027-03-14 07:00", "the gap's first minute"),
    ("America/New_York", "2027-03-14 02:30", "2027-03-14 07:00", "in the gap"),
    ("America/New_York", "2027-03-14 03:00", "2027-03-14 07:00", "after the gap"),
    ("America/New_York", "2026-11-01 00:30", "2026-11-01 04:30", "summer time"),
    ("America/New_York", "2026-11-01 01:30", "2026-11-01 05:30", "comes twice"),
    ("America/New_York", "2026-11-01 02:00", "2026-11-01 07:00", "winter time"),
    ("America/New_York", "2026-12-31 20:00", "2027-01-01 01:00", "year end"),
    ("America/New_York", "2028-02-29 23:30", "2028-03-01 04:30", "leap day"),
    ("America/New_York", "2007-03-11 02:30", "2007-03-11 07:00", "the first spring in March"),
    ("America/New_York", "1974-01-06 02:30", "1974-01-06 07:00", "clocks went forward in January"),
    # Australia/Lord_Howe
    ("Australia/Lord_Howe", "2026-10-04 01:59", "2026-10-03 15:29", "before the half hour"),
    ("Australia/Lord_Howe", "2026-10-04 02:00", "2026-10-03 15:30", "the gap's first minute"),
    ("Australia/Lord_Howe", "2026-10-04 02:15", "2026-10-03 15:30", "in the gap"),
    ("Australia/Lord_Howe", "2026-10-04 02:30", "2026-10-03 15:30", "after the gap"),
    (
        "Australia/Lord_Howe",
        "2027-04-04 01:29",
        "2027-04-03 14:29",
        "before it comes twice",
    ),
    ("Australia/Lord_Howe", "2027-04-04 01:30", "2027-04-03 14:30", "comes twice"),
    ("Australia/Lord_Howe", "2027-04-04 01:45", "2027-04-03 14:45", "comes twice"),
    ("Australia/Lord_Howe", "2027-04-04 02:00", "2027-04-03 15:30", "after it"),
    ("Australia/Lord_Howe", "2027-01-01 06:30", "2026-12-31 19:30", "new year, 11 hours ahead"),
    ("Australia/Lord_Howe", "2028-02-29 06:30", "2028-02-28 19:30", "leap day"),
    # Asia/Kathmandu
    ("Asia/Kathmandu", "2026-11-24 06:30", "2026-11-24 00:45", "5:45 ahead"),
    ("Asia/Kathmandu", "2026-12-31 23:45", "2026-12-31 18:00", "year end"),
    ("Asia/Kathmandu", "2028-02-29 00:00", "2028-02-28 18:15", "leap day, begins the day before"),
    ("Asia/Kathmandu", "1986-01-01 00:10", "1985-12-31 18:30", "clocks went from 5:30 to 5:45"),
    ("Asia/Kathmandu", "1986-01-01 06:30", "1986-01-01 00:45", "5:45 ahead from now on"),
    ("Asia/Kathmandu", "1985-12-31 06:30", "1985-12-31 01:00", "5:30 ahead"),
    # Pacific/Apia
    ("Pacific/Apia", "2011-12-29 23:59", "2011-12-30 09:59", "the last minute before the lost day"),
    ("Pacific/Apia", "2011-12-30 00:00", "2011-12-30 10:00", "the lost day begins"),
    ("Pacific/Apia", "2011-12-30 08:00", "2011-12-30 10:00", "in the lost day"),
    ("Pacific/Apia", "2011-12-30 23:59", "2011-12-30 10:00", "the lost day's last minute"),
    ("Pacific/Apia", "2011-12-31 00:00", "2011-12-30 10:00", "after the lost day"),
    ("Pacific/Apia", "2011-12-31 08:00", "2011-12-30 18:00", "14 hours ahead"),
    ("Pacific/Apia", "2026-11-24 06:30", "2026-11-23 17:30", "13 hours ahead"),
    ("Pacific/Apia", "2027-01-01 00:00", "2026-12-31 11:00", "first into the new year"),
    ("Pacific/Apia", "2028-02-29 06:30", "2028-02-28 17:30", "leap day"),
    ("Pacific/Apia", "2012-04-01 03:30", "2012-03-31 13:30", "comes twice"),
    ("Pacific/Apia", "2012-09-30 03:30", "2012-09-29 14:00", "in the gap"),
    # Africa/Casablanca
    ("Africa/Casablanca", "2026-02-15 02:30", "2026-02-15 01:30", "before Ramadan, comes twice"),
    ("Africa/Casablanca", "2026-02-16 06:30", "2026-02-16 06:30", "Ramadan"),
    ("Africa/Casablanca", "2026-03-22 02:30", "2026-03-22 02:00", "after Ramadan, in the gap"),
    ("Africa/Casablanca", "2026-03-22 06:30", "2026-03-22 05:30", "an hour ahead again"),
    ("Africa/Casablanca", "2025-12-31 23:30", "2025-12-31 22:30", "year end"),
    ("Africa/Casablanca", "2028-02-29 06:30", "2028-02-29 06:30", "leap day, an hour back"),
    ("Africa/Casablanca", "2025-02-23 02:00", "2025-02-23 01:00", "comes twice"),
    # America/Sao_Paulo
    ("America/Sao_Paulo", "2018-11-04 00:00", "2018-11-04 03:00", "midnight is in the gap"),
    ("America/Sao_Paulo", "2018-11-04 00:30", "2018-11-04 03:00", "in the gap"),
    ("America/Sao_Paulo", "2018-11-04 01:00", "2018-11-04 03:00", "after the gap"),
    ("America/Sao_Paulo", "2018-02-17 23:30", "2018-02-18 01:30", "comes twice, before midnight"),
    ("America/Sao_Paulo", "2018-02-18 00:00", "2018-02-18 03:00", "after the repeated hour"),
    ("America/Sao_Paulo", "2018-12-31 22:00", "2019-01-01 00:00", "year end in summer time"),
    ("America/Sao_Paulo", "2019-11-03 00:30", "2019-11-03 03:30", "no summer time any more"),
    ("America/Sao_Paulo", "2026-11-24 06:30", "2026-11-24 09:30", "3 hours behind"),
    ("America/Sao_Paulo", "2028-02-29 21:30", "2028-03-01 00:30", "leap day"),
    (
        "America/Sao_Paulo",
        "1985-11-02 00:30",
        "1985-11-02 03:00",
        "in the gap, after years without one",
    ),
]
CASES = [pytest.param(*row[:3], id=f"{row[0]} {row[1]} ({row[3]})") for row in TABLE]
each = pytest.mark.parametrize(("zone", "local", "expected"), CASES)


def utc(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=UTC)


@each
def test_a_local_time_is_that_instant(zone: str, local: str, expected: str) -> None:
    wanted = datetime.fromisoformat(local)
    found = instant(day=wanted.date(), at=wanted.time(), zone=ZoneInfo(zone))
    assert found == utc(expected)


@each
def test_so_says_who_walks_along_the_time_line(zone: str, local: str, expected: str) -> None:
    wanted = datetime.fromisoformat(local)
    found = first_instant(day=wanted.date(), at=wanted.time(), zone=ZoneInfo(zone))
    assert found == utc(expected)


@each
def test_a_schedule_runs_at_that_instant_and_once(zone: str, local: str, expected: str) -> None:
    wanted = datetime.fromisoformat(local)
    schedule = Schedule(
        newsletter=Newsletter(time_zone=zone), weekdays="1234567", local_time=wanted.time()
    )
    day = timedelta(days=1)
    runs = occurrences_between(
        schedule=schedule, since=utc(expected) - 2 * day, until=utc(expected) + 2 * day
    )
    same = [run for run in runs if run.day == wanted.date()]
    assert [run.own_time for run in same] == [utc(expected)]


def test_the_table_has_sixty_rows_over_seven_zones() -> None:
    assert len(TABLE) >= 60
    assert len({row[0] for row in TABLE}) == 7
