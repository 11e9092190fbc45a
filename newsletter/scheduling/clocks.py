"""Local times as instants, also where clocks change.

Where clocks jump forward over a local time, it is the first instant after the jump; where they fall
back and the local time comes twice, it is the first of the two.
"""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

# Where a day begins first. POSIX turns the sign around: this is 14 hours ahead of UTC.
FIRST_ON_EARTH = ZoneInfo("Etc/GMT-14")
# And where it begins last: 12 hours behind.
LAST_ON_EARTH = ZoneInfo("Etc/GMT+12")


def instant(*, day: date, at: time, zone: ZoneInfo) -> datetime:
    """The instant (UTC) of local time `at` on `day`, by the rules on top of this module."""
    naive = datetime.combine(day, at)
    # PEP 495: with fold=0 a repeated time is the first one, and a skipped time is read with the
    # offset before the jump, so it does not come back as itself.
    first = naive.replace(tzinfo=zone).astimezone(UTC)
    if first.astimezone(zone).replace(tzinfo=None, fold=0) == naive:
        return first
    # In a gap, the reading with the offset after the jump lies before the jump.
    return _jump(before=naive.replace(tzinfo=zone, fold=1).astimezone(UTC), after=first, zone=zone)


def times_shown(*, day: date, at: time, zone: ZoneInfo) -> int:
    """How often clocks show local time `at` on `day`: 0 where they jump over it, 2, or else 1."""
    naive = datetime.combine(day, at)
    # PEP 495 again: fold=0 and fold=1 are the offsets before and after a change.
    before = naive.replace(tzinfo=zone, fold=0).astimezone(UTC)
    after = naive.replace(tzinfo=zone, fold=1).astimezone(UTC)
    if before == after:
        return 1
    return 2 if before < after else 0


def _jump(*, before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first second in (before, after] at which the zone's offset is that of `after`."""
    offset = after.astimezone(zone).utcoffset()
    low, high = 0, int((after - before).total_seconds())
    while high - low > 1:
        middle = (low + high) // 2
        if (before + timedelta(seconds=middle)).astimezone(zone).utcoffset() == offset:
            high = middle
        else:
            low = middle
    return before + timedelta(seconds=high)
