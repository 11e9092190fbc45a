"""Countries change their clocks at short notice: runs follow the zone database that is there."""

import shutil
import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest
import tzdata

from newsletter.models import Schedule
from newsletter.scheduling.recurrence import next_run
from subscribers.models import Newsletter

PACKAGE = Path(tzdata.__file__).parent / "zoneinfo"
BEFORE = datetime(2027, 6, 7, 12, tzinfo=UTC)


@pytest.fixture
def kathmandu_becomes(tmp_path: Path) -> Iterator[Callable[[str], None]]:
    """Another zone's rules under the name of Kathmandu, as after an update of the database."""
    there = tmp_path / "Asia" / "Kathmandu"
    there.parent.mkdir()

    def change(zone: str) -> None:
        shutil.copyfile(PACKAGE / zone, there)
        zoneinfo.reset_tzpath([tmp_path, *before])
        zoneinfo.ZoneInfo.clear_cache()

    before = zoneinfo.TZPATH
    yield change
    zoneinfo.reset_tzpath(before)
    zoneinfo.ZoneInfo.clear_cache()


def next_in_kathmandu() -> datetime:
    newsletter = Newsletter(name="Any", time_zone="Asia/Kathmandu")
    schedule = Schedule(newsletter=newsletter, weekdays="1234567", local_time=time(6, 30))
    run = next_run(schedule=schedule, after=BEFORE)
    assert run is not None
    assert run.own_time.astimezone(newsletter.zone).time() == time(6, 30)
    return run.own_time


def test_a_new_offset_moves_the_runs(kathmandu_becomes: Callable[[str], None]) -> None:
    assert next_in_kathmandu() == datetime(2027, 6, 8, 0, 45, tzinfo=UTC)
    kathmandu_becomes("Asia/Kolkata")
    assert next_in_kathmandu() == datetime(2027, 6, 8, 1, 0, tzinfo=UTC)


def test_summer_time_that_is_new_is_kept(kathmandu_becomes: Callable[[str], None]) -> None:
    kathmandu_becomes("Europe/London")
    assert next_in_kathmandu() == datetime(2027, 6, 8, 5, 30, tzinfo=UTC)


def test_a_change_neither_drops_nor_doubles_a_day(
    kathmandu_becomes: Callable[[str], None],
) -> None:
    first = next_in_kathmandu()
    kathmandu_becomes("Pacific/Apia")
    newsletter = Newsletter(name="Any", time_zone="Asia/Kathmandu")
    schedule = Schedule(newsletter=newsletter, weekdays="1234567", local_time=time(6, 30))
    second = next_run(schedule=schedule, after=first)
    assert second is not None
    assert second.key == "2027-06-09"
    assert second.own_time - first < timedelta(days=1)
