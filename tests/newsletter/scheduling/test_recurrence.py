"""When a schedule runs, also where clocks change."""

from datetime import UTC, datetime, time, timedelta

import pytest

from newsletter.models import Schedule
from newsletter.scheduling.recurrence import next_run, occurrences_between
from subscribers.models import Newsletter


def schedule(zone: str, at: time, weekdays: str = "1234567") -> Schedule:
    newsletter = Newsletter(name="Any", time_zone=zone)
    return Schedule(newsletter=newsletter, weekdays=weekdays, local_time=at)


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)


def next_time(rule: Schedule, after: datetime) -> datetime | None:
    run = next_run(schedule=rule, after=after)
    return run.release_at if run else None


def test_it_keeps_the_local_time_when_london_changes_its_clocks() -> None:
    briefing = schedule("Europe/London", time(6, 30))
    runs = occurrences_between(
        schedule=briefing, since=utc(2027, 3, 27), until=utc(2027, 3, 28, 12)
    )
    assert [run.release_at for run in runs] == [utc(2027, 3, 27, 6, 30), utc(2027, 3, 28, 5, 30)]


@pytest.mark.parametrize(
    ("zone", "at", "after", "expected"),
    [
        # London jumps from 1:00 to 2:00 on 28 March 2027, at 1:00 UTC.
        ("Europe/London", time(1, 30), utc(2027, 3, 27, 12), utc(2027, 3, 28, 1, 0)),
        ("Europe/London", time(1, 0), utc(2027, 3, 27, 12), utc(2027, 3, 28, 1, 0)),
        # New York jumps from 2:00 to 3:00 on 14 March 2027, at 7:00 UTC.
        ("America/New_York", time(2, 59), utc(2027, 3, 13, 12), utc(2027, 3, 14, 7, 0)),
        # Lord Howe jumps by half an hour, from 2:00 to 2:30, on 4 October 2026, at 15:30 UTC.
        ("Australia/Lord_Howe", time(2, 15), utc(2026, 10, 3, 12), utc(2026, 10, 3, 15, 30)),
        # Samoa left out 30 December 2011.
        ("Pacific/Apia", time(8, 0), utc(2011, 12, 29, 20), utc(2011, 12, 30, 10, 0)),
    ],
)
def test_it_runs_at_the_first_instant_after_a_gap(
    zone: str, at: time, after: datetime, expected: datetime
) -> None:
    assert next_time(schedule(zone, at), after) == expected


@pytest.mark.parametrize(
    ("zone", "at", "day", "expected"),
    [
        # 1:30 comes twice in London on 25 October 2026: first in summer time.
        ("Europe/London", time(1, 30), utc(2026, 10, 25), utc(2026, 10, 25, 0, 30)),
        ("America/New_York", time(1, 30), utc(2026, 11, 1), utc(2026, 11, 1, 5, 30)),
        ("Australia/Lord_Howe", time(1, 45), utc(2027, 4, 3, 12), utc(2027, 4, 3, 14, 45)),
    ],
)
def test_it_runs_a_repeated_time_once_and_the_first_time(
    zone: str, at: time, day: datetime, expected: datetime
) -> None:
    runs = occurrences_between(
        schedule=schedule(zone, at), since=day, until=day + timedelta(hours=12)
    )
    assert [run.release_at for run in runs] == [expected]


def test_it_runs_only_on_its_weekdays() -> None:
    friday_evening = utc(2026, 11, 27, 20)
    briefing = schedule("Europe/London", time(6, 30), "12345")
    assert next_time(briefing, friday_evening) == utc(2026, 11, 30, 6, 30)


def test_the_next_run_is_later_than_the_instant_it_is_asked_for() -> None:
    briefing = schedule("UTC", time(6, 30))
    assert next_time(briefing, utc(2026, 11, 24, 6, 30)) == utc(2026, 11, 25, 6, 30)


def test_an_occurrence_is_named_for_its_local_date() -> None:
    sydney = schedule("Australia/Sydney", time(6, 30))
    (run,) = occurrences_between(
        schedule=sydney, since=utc(2026, 11, 23, 12), until=utc(2026, 11, 24, 12)
    )
    assert (run.key, run.release_at) == ("2026-11-24", utc(2026, 11, 23, 19, 30))


def test_a_schedule_without_weekdays_never_runs() -> None:
    never = schedule("UTC", time(6, 30), "")
    assert occurrences_between(schedule=never, since=utc(2026, 1, 1), until=utc(2026, 2, 1)) == []
    assert next_run(schedule=never, after=utc(2026, 1, 1)) is None
