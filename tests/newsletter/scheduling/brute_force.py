"""Local times as instants, worked out without a thought: by walking along the time line."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# No zone was ever further from UTC than 15 h 13 min, and the longest gap is a day.
AROUND = timedelta(hours=16)
LONGEST_GAP = timedelta(hours=24)


def first_instant(*, day: date, at: time, zone: ZoneInfo) -> datetime:
    """The first instant whose local time is `at` on `day` or later.

    In a gap that is its end; of a repeated hour the first.
    """
    wanted = datetime.combine(day, at)
    start = wanted.replace(tzinfo=UTC) - AROUND
    minutes = int((2 * AROUND + LONGEST_GAP) / timedelta(minutes=1))
    found = _first(start, minutes, timedelta(minutes=1), wanted, zone)
    # Some offsets of long ago have seconds.
    return _first(found - timedelta(minutes=1), 60, timedelta(seconds=1), wanted, zone)


def _first(
    start: datetime, steps: int, step: timedelta, wanted: datetime, zone: ZoneInfo
) -> datetime:
    for number in range(steps + 1):
        instant = start + number * step
        if instant.astimezone(zone).replace(tzinfo=None) >= wanted:
            return instant
    raise AssertionError(wanted)
