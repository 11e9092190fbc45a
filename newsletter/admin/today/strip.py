"""The time line as a drawing: a mark at the time of each mail, and a band for one in waves.

All of it stands in words below, so it is hidden from screen readers. Places are percentages of the
width: no style is needed for them, and it is as wide as the screen.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateformat import format as date_format

from newsletter.admin.today import words
from newsletter.admin.today.lines import look_of
from newsletter.scheduling.board import BoardRow, start_of
from subscribers.admin.chips import Look

# Marks closer than this stand above one another, and only so many.
STEP, APART = 0.5, 2.0
LANES = (64, 47, 30)
# Those that have no place are counted together within this much of the width.
COUNTED = 4.0
BANDS = (80, 86, 92)
HEIGHT = 122
# What needs a person looks alike, whatever its state.
NEEDS_PERSON = Look("priority_high", "amber")
HOURS = range(0, 24, 3)


@dataclass(frozen=True, slots=True)
class Mark:
    """One mail; `x` in percent, `y` in pixels."""

    x: str
    y: int
    look: Look
    title: str


@dataclass(frozen=True, slots=True)
class Band:
    """From the first to the last wave of a mail."""

    x: str
    y: int
    width: str
    title: str


@dataclass(frozen=True, slots=True)
class Tick:
    """A line with a word; `is_minor`: left out on phones."""

    x: str
    word: str
    # Where the word stands.
    middle: str
    is_minor: bool = False


@dataclass(slots=True)
class Strip:
    """A span of time from left to right."""

    since: datetime
    until: datetime
    ticks: list[Tick]
    now: str = ""
    marks: list[Mark] = field(default_factory=list)
    bands: list[Band] = field(default_factory=list)
    # Where there are more than fit: place and "+12".
    more: list[tuple[str, str]] = field(default_factory=list)

    @property
    def shift(self) -> int:
        """How much less high it is (pixels) where fewer marks stand above one another."""
        highest = min((mark.y for mark in self.marks), default=LANES[0])
        return 0 if self.more else highest - LANES[-1]

    @property
    def height(self) -> int:
        """In pixels."""
        return HEIGHT - self.shift

    def place(self, at: datetime) -> float:
        """Percent from the left; outside of 0 to 100 for another time."""
        return (at - self.since) / (self.until - self.since) * 100


def today(*, rows: Iterable[BoardRow], now: datetime) -> Strip:
    """This day of the desk, by hours, with a line for now."""
    day = timezone.localdate(now)
    strip = Strip(since=start_of(day), until=start_of(day + timedelta(days=1)), ticks=[])
    for hour in HOURS:
        x = _percent(strip.place(start_of(day, hour)))
        word = "noon" if hour == 12 else f"{hour % 12 or 12} {'am' if hour < 12 else 'pm'}"
        strip.ticks.append(Tick(x=x, word=word, middle=x, is_minor=bool(hour % 6)))
    strip.now = _percent(strip.place(now))
    return _filled(strip, rows)


def week(*, rows: Iterable[BoardRow], now: datetime, days: int) -> Strip:
    """The days after it, from midnight to midnight."""
    first = timezone.localdate(now) + timedelta(days=1)
    until = start_of(first + timedelta(days=days))
    strip = Strip(since=start_of(first), until=until, ticks=[])
    for number in range(days):
        day = first + timedelta(days=number)
        left = strip.place(start_of(day))
        right = strip.place(start_of(day + timedelta(days=1)))
        middle = _percent((left + right) / 2)
        strip.ticks.append(Tick(x=_percent(left), word=date_format(day, "D j"), middle=middle))
    return _filled(strip, rows)


def _filled(strip: Strip, rows: Iterable[BoardRow]) -> Strip:
    lanes: list[set[int]] = [set() for _ in LANES]
    more: Counter[int] = Counter()
    # What needs a person has its place before the others.
    for row in sorted(rows, key=lambda row: not row.needs_person):
        strip.bands.extend(_band(strip, row))
        if row.at is None or not strip.since <= row.at < strip.until:
            continue
        x = strip.place(row.at)
        if (lane := _free_lane(lanes, x)) is None:
            more[int(x / COUNTED)] += 1
        else:
            strip.marks.append(_mark(row, row.at, x, LANES[lane]))
    middle = COUNTED / 2
    strip.more = [(_percent(n * COUNTED + middle), f"+{many}") for n, many in more.items()]
    return strip


def _free_lane(lanes: list[set[int]], x: float) -> int | None:
    """The lowest lane with room at `x`, which is taken by that; None: there is none."""
    step, far = int(x / STEP), int(APART / STEP)
    for number, taken in enumerate(lanes):
        if taken.isdisjoint(range(step - far + 1, step + far)):
            taken.add(step)
            return number
    return None


def _mark(row: BoardRow, at: datetime, x: float, y: int) -> Mark:
    look = NEEDS_PERSON if row.needs_person else look_of(row)
    title = f"{words.clock(at)} {row.newsletter}: {row.label}"
    return Mark(x=_percent(x), y=y, look=look, title=title)


def _band(strip: Strip, row: BoardRow) -> Iterator[Band]:
    if row.waves is None or row.is_over or row.needs_person or len(strip.bands) == len(BANDS):
        return
    left, right = (min(max(strip.place(at), 0), 100) for at in row.waves)
    if right > left:
        title = f"{row.newsletter}: {words.clock(row.waves[0])} to {words.clock(row.waves[1])}"
        y = BANDS[len(strip.bands)]
        yield Band(x=_percent(left), y=y, width=_percent(right - left), title=title)


def _percent(value: float) -> str:
    return f"{value:.2f}%"
