"""What holds of every schedule in every zone, tried on random ones."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsletter.models import Schedule
from newsletter.scheduling.clocks import instant
from newsletter.scheduling.recurrence import occurrences_between, on_day, runs_after
from subscribers.models import Newsletter
from subscribers.zones import known
from tests.newsletter.scheduling.brute_force import first_instant

FIRST, LAST = date(1970, 1, 1), date(2037, 12, 31)
DAY = timedelta(days=1)

zones = st.sampled_from(sorted(known()))
days = st.dates(FIRST, LAST)
# Where clocks change it is mostly around midnight or in the small hours.
times = st.times().map(lambda at: at.replace(microsecond=0, second=0)) | st.integers(0, 23).map(
    lambda number: time(number // 4, number % 4 * 15)
)
weekdays = st.sets(st.sampled_from("1234567")).map(lambda found: "".join(sorted(found)))


def rule(zone: str, at: time, on: str = "1234567", **more: object) -> Schedule:
    return Schedule(newsletter=Newsletter(time_zone=zone), weekdays=on, local_time=at, **more)


def near(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)


@given(zone=zones, day=days, at=times)
@settings(max_examples=200, deadline=None)
@example(zone="Pacific/Apia", day=date(2011, 12, 30), at=time(8))
@example(zone="Pacific/Kwajalein", day=date(1993, 8, 21), at=time(8))
@example(zone="Africa/Monrovia", day=date(1972, 1, 7), at=time(0, 30))
def test_an_instant_is_the_first_at_which_it_is_that_late(zone: str, day: date, at: time) -> None:
    found = instant(day=day, at=at, zone=ZoneInfo(zone))
    assert found == first_instant(day=day, at=at, zone=ZoneInfo(zone))


@given(zone=zones, year=st.integers(1970, 2037), at=times, on=weekdays)
@settings(max_examples=100, deadline=None)
@example(zone="Pacific/Apia", year=2011, at=time(0), on="1234567")
def test_each_day_that_runs_has_one_run_and_they_follow_each_other(
    zone: str, year: int, at: time, on: str
) -> None:
    schedule = rule(zone, at, on)
    # A day more on each side: what is the year in one zone is not in another.
    since, until = near(date(year, 1, 1)) - DAY, near(date(year, 12, 31)) + 2 * DAY
    runs = occurrences_between(schedule=schedule, since=since, until=until)
    found = [run.day for run in runs if run.day.year == year]
    every = (date(year, 1, 1) + number * DAY for number in range(366))
    assert found == [day for day in every if day.year == year and str(day.isoweekday()) in on]
    instants = [run.own_time for run in runs]
    assert instants == sorted(instants)
    assert all(run == on_day(schedule=schedule, day=run.day) for run in runs)


@given(
    zone=zones,
    day=days,
    at=times,
    weekly_at=times,
    by_reader=st.booleans(),
    borders=st.lists(st.integers(0, 40 * 24 * 60), min_size=1, max_size=6),
)
@settings(max_examples=100, deadline=None)
def test_nothing_is_lost_or_doubled_where_windows_meet(
    zone: str, day: date, at: time, weekly_at: time, by_reader: bool, borders: list[int]
) -> None:
    schedule = rule(zone, at, weekly_day=6, weekly_time=weekly_at, by_reader=by_reader)
    since, until = near(day), near(day) + 40 * DAY
    whole = occurrences_between(schedule=schedule, since=since, until=until)
    # Also cut exactly at a run, which then is in the window before.
    cuts = sorted({since + timedelta(minutes=one) for one in borders} | {whole[3].own_time})
    moment = timedelta(microseconds=1)
    pieces = zip([since, *(cut + moment for cut in cuts)], [*cuts, until], strict=True)
    parts = [
        run
        for start, end in pieces
        for run in occurrences_between(schedule=schedule, since=start, until=end)
    ]
    assert len(parts) == len(whole)
    assert {run.key for run in parts} == {run.key for run in whole}


@given(zone=zones, day=days, at=times, weekly_at=times)
@settings(max_examples=100, deadline=None)
def test_one_after_the_other_they_are_those_of_the_window(
    zone: str, day: date, at: time, weekly_at: time
) -> None:
    schedule = rule(zone, at, weekly_day=day.isoweekday(), weekly_time=weekly_at)
    window = occurrences_between(schedule=schedule, since=near(day), until=near(day) + 15 * DAY)
    after = runs_after(schedule=schedule, after=near(day) - timedelta(microseconds=1))
    assert [next(after) for _ in window] == window


@given(zone=zones, day=days, at=times, head_start=st.none() | st.integers(0, 1620))
@settings(max_examples=200, deadline=None)
def test_a_mail_by_the_readers_clock_is_ready_before_its_own_time(
    zone: str, day: date, at: time, head_start: int | None
) -> None:
    schedule = rule(zone, at, by_reader=True, head_start_minutes=head_start)
    run = on_day(schedule=schedule, day=day)
    assert run is not None
    assert timedelta() <= run.own_time - run.release_at <= timedelta(hours=27)
    if head_start is None:
        earliest = min(
            first_instant(day=day, at=at, zone=ZoneInfo(name))
            for name in ("Pacific/Kiritimati", "Pacific/Apia", "Etc/GMT-14", zone)
        )
        assert run.release_at == earliest
