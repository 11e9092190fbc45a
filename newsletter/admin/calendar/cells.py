"""The days of the calendar as the page shows them."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as date_format

from newsletter.admin.calendar.span import DAY, Span
from newsletter.admin.mails.looks import PLANNED, STATES
from newsletter.models import Digest
from newsletter.scheduling.ahead import DayOff
from newsletter.scheduling.calendar import Entry, Found
from subscribers.admin.chips import Look
from subscribers.moments import clock_in_words, place_in_words

# So many mails of a day are shown, or one more.
MOST = {"month": 4, "week": 25, "day": 300}


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail on its day."""

    entry: Entry
    time: str
    place: str
    look: Look
    state: str
    subject: str


@dataclass(frozen=True, slots=True)
class Cell:
    """One day. `more`: how many mails are left out; `off`: why some newsletters have none."""

    day: date
    mails: list[Mail]
    more: int
    off: list[tuple[str, list[str]]]
    is_today: bool
    # Of the month before or after.
    is_beside: bool

    @property
    def heading(self) -> str:
        """ "Tuesday 24 November"."""
        return date_format(self.day, "l j F")

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say of it."""
        return not self.mails and not self.off


def weeks(*, span: Span, found: Found, today: date) -> list[list[Cell]]:
    """Rows of seven days, or one of a single day."""
    by_day: defaultdict[date, list[Entry]] = defaultdict(list)
    for entry in found.entries:
        by_day[entry.day].append(entry)
    number = (span.last - span.first).days + 1
    days = [span.first + place * DAY for place in range(number)]
    cells = [_cell(span, day, by_day[day], found, today) for day in days]
    return [cells[start : start + 7] for start in range(0, number, 7)]


def _cell(span: Span, day: date, entries: list[Entry], found: Found, today: date) -> Cell:
    return Cell(
        day=day,
        mails=[_mail(entry) for entry in entries],
        more=found.more.get(day, 0),
        off=_off([one for one in found.days_off if one.day == day]),
        is_today=day == today,
        is_beside=span.kind == "month" and day.month != span.anchor.month,
    )


def _off(days_off: list[DayOff]) -> list[tuple[str, list[str]]]:
    """Names of newsletters by the reason why they have no mail."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for one in days_off:
        found[one.reason].append(str(one.newsletter))
    return list(found.items())


def _mail(entry: Entry) -> Mail:
    digest, zone = entry.digest, entry.newsletter.zone
    return Mail(
        entry=entry,
        time=clock_in_words(entry.at.astimezone(zone)) if entry.at else "no time",
        place=place_in_words(zone),
        look=STATES[Digest.State(digest.state)] if digest else PLANNED,
        state=digest.get_state_display() if digest else "planned",
        subject=(digest.subject or "No subject yet") if digest else "Not made yet",
    )
