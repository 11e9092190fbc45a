"""The parts of the board: what waits for somebody, today, and each of the days after it."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.dateformat import format as date_format

from newsletter.admin.today import strip
from newsletter.admin.today.lines import Line, lines
from newsletter.admin.today.strip import Strip
from newsletter.delivery.counts import counts
from newsletter.scheduling import ahead, board, upcoming
from newsletter.scheduling.ahead import DayOff
from newsletter.scheduling.board import BoardRow

# So many rows of each part are shown.
WAITING, EARLIER, STILL, OF_A_DAY = 30, 10, 25, 8
NAMED = 3


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows below a heading. `more`: how many are left out; `off`: why there is no mail."""

    key: str
    heading: str
    lines: list[Line]
    more: int = 0
    more_link: str = ""
    off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Board:
    """All that the first page shows."""

    waiting: Part
    earlier: Part
    still: Part
    today: Strip
    week: Strip
    days: list[Part]

    @property
    def is_empty(self) -> bool:
        """Whether nothing goes, went or is left out."""
        parts = [self.waiting, self.earlier, self.still, *self.days]
        return not any(part.lines or part.off for part in parts)


def of(*, request: HttpRequest, now: datetime) -> Board:
    """For somebody who may see mails; a fixed number of statements."""
    schedules = upcoming.active_schedules()
    rows = board.rows(now=now, schedules=schedules)
    today = timezone.localdate(now)
    off = ahead.days_off(schedules=schedules, first=today, last=today + timedelta(days=board.DAYS))
    waiting = sorted((row for row in rows if row.needs_person), key=lambda row: _distance(row, now))
    by_day: defaultdict[date, list[BoardRow]] = defaultdict(list)
    for row in rows:
        if not row.needs_person:
            by_day[max(timezone.localdate(row.at or now), today)].append(row)
    before = [row for row in by_day[today] if _is_behind(row, now)]
    after = [row for row in by_day[today] if not _is_behind(row, now)]
    days = [today + timedelta(days=number) for number in range(1, board.DAYS + 1)]
    shown = {
        "waiting": waiting[:WAITING],
        "earlier": before[-EARLIER:],
        "still": after[:STILL],
        **{day.isoformat(): by_day[day][:OF_A_DAY] for day in days},
    }
    drawn = _drawn(request, shown, now)
    link = _calendar_of(today)
    return Board(
        waiting=_part("waiting", "Waits for somebody", drawn, waiting, _mails()),
        earlier=_part("earlier", "Earlier today", drawn, before, link),
        still=_part("still", "Today", drawn, after, link, off=_off(off, today)),
        today=strip.today(rows=rows, now=now),
        week=strip.week(rows=rows, now=now, days=board.DAYS),
        days=[
            _part(
                day.isoformat(),
                _heading(day, today),
                drawn,
                by_day[day],
                _calendar_of(day),
                off=_off(off, day),
            )
            for day in days
        ],
    )


def _distance(row: BoardRow, now: datetime) -> timedelta:
    """What is due or late by little presses most; what has no time can wait."""
    return timedelta.max if row.ready_by is None else abs(row.ready_by - now)


def _is_behind(row: BoardRow, now: datetime) -> bool:
    """What is late or on its way is not."""
    return row.is_over and (row.at is None or row.at < now)


def _drawn(
    request: HttpRequest, shown: dict[str, list[BoardRow]], now: datetime
) -> dict[str, list[Line]]:
    """Lines by part, with the counts of all in one go."""
    rows = [row for part in shown.values() for row in part]
    begun = [row.digest.pk for row in rows if row.digest and row.digest.sending_at]
    found = counts(digest_ids=begun) if begun else {}
    made = iter(lines(rows=rows, found=found, request=request, now=now))
    return {key: [next(made) for _ in part] for key, part in shown.items()}


def _part(
    key: str,
    heading: str,
    drawn: dict[str, list[Line]],
    rows: list[BoardRow],
    more_link: str,
    *,
    off: tuple[str, ...] = (),
) -> Part:
    more = len(rows) - len(drawn[key])
    return Part(key, heading, drawn[key], more, more_link if more else "", off)


def _off(off: Iterable[DayOff], day: date) -> tuple[str, ...]:
    """ "No mail from Morning Briefing: Christmas Day", one for each reason."""
    by_reason: defaultdict[str, list[str]] = defaultdict(list)
    for one in off:
        if one.day == day:
            by_reason[one.reason].append(str(one.newsletter))
    return tuple(f"{_named(names)}: {reason}" for reason, names in by_reason.items())


def _named(names: list[str]) -> str:
    others = len(names) - NAMED
    shown = ", ".join(names[:NAMED])
    return f"No mail from {shown} and {others} more" if others > 0 else f"No mail from {shown}"


def _heading(day: date, today: date) -> str:
    words = date_format(day, "l j F")
    return f"Tomorrow, {words}" if (day - today).days == 1 else words


def _calendar_of(day: date) -> str:
    return f"{reverse('desk_calendar')}?{urlencode({'day': day.isoformat()})}"


def _mails() -> str:
    return reverse("admin:newsletter_digest_changelist")
