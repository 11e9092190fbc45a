"""Times of the board in words: the desk's own clock, the newsletter's, and how long it is still."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateformat import format as date_format

from newsletter.models import Digest
from newsletter.scheduling.board import BoardRow
from newsletter.scheduling.words import in_hours
from subscribers.moments import clock_in_words, place_in_words

State = Digest.State
MOVING = frozenset({State.PREPARING, State.SENDING, State.PAUSED})
MOMENT = timedelta(minutes=1)
# From here on minutes say nothing any more, nor do hours.
IN_HOURS, IN_DAYS = timedelta(days=1), timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Countdown:
    """How long until an instant, or since. `desk-board.js` makes the same words each minute."""

    at: datetime
    words: str
    # It began then; else it is due.
    has_begun: bool = False
    # Not its own time: that of its first readers, by which somebody has to act.
    is_first_wave: bool = False


def desk_zone() -> ZoneInfo:
    """The zone of times at the desk (TIME_ZONE)."""
    return ZoneInfo(timezone.get_current_timezone_name())


def countdown(row: BoardRow, now: datetime) -> Countdown | None:
    """None for what is over or has no time."""
    if row.is_over or row.at is None:
        return None
    if row.state in MOVING:
        began = (row.digest and row.digest.sending_at) or row.at
        return Countdown(at=began, words=since(began, now), has_begun=True)
    at = row.ready_by or row.at
    return Countdown(at=at, words=until(at, now), is_first_wave=at != row.at)


def until(at: datetime, now: datetime) -> str:
    """ "in 2 h 10 min", "in a moment", "12 min late", "in 3 days"."""
    if abs(at - now) < MOMENT:
        return "in a moment"
    return f"in {_span(at - now)}" if at > now else f"{_span(now - at)} late"


def since(began: datetime, now: datetime) -> str:
    """ "began 12 min ago"."""
    if now - began < MOMENT:
        return "began just now"
    return f"began {_span(now - began)} ago"


def _span(span: timedelta) -> str:
    if span >= IN_DAYS:
        return f"{span.days} days"
    return f"{span // timedelta(hours=1)} h" if span >= IN_HOURS else in_hours(span)


def clock(at: datetime) -> str:
    """ "6:30 am" by the desk's clock."""
    return clock_in_words(timezone.localtime(at))


def moment(at: datetime, now: datetime) -> str:
    """The same with its day, unless that is today: "yesterday 6:30 am", "Sat 28 Nov 9:00 am"."""
    local = timezone.localtime(at)
    distance = (local.date() - timezone.localdate(now)).days
    near = {-1: "yesterday ", 0: "", 1: "tomorrow "}
    return near.get(distance, f"{date_format(local, 'D j M')} ") + clock_in_words(local)


def own_time(row: BoardRow) -> str:
    """ "6:30 am London time", with its day where that is another; "" where clocks say the same."""
    if row.at is None:
        return ""
    zone = row.newsletter.zone
    there, here = row.at.astimezone(zone), timezone.localtime(row.at)
    if there.utcoffset() == here.utcoffset():
        return ""
    day = f"{date_format(there, 'D')} " if there.date() != here.date() else ""
    return f"{day}{clock_in_words(there)} {place_in_words(zone)}"


def notes(row: BoardRow, now: datetime) -> tuple[str, ...]:
    """What is good to know, and needs nobody."""
    found = []
    if row.waves is not None:
        first, last = row.waves
        found.append(f"First wave {moment(first, now)}, last {moment(last, now)}.")
    if row.locks_at is not None and row.locks_at > now:
        found.append(f"News comes in until {moment(row.locks_at, now)}.")
    elif row.state == State.DRAFT and row.at is not None:
        found.append("Locked: no news comes in.")
    if row.is_unseen:
        found.append("Not looked at yet.")
    return tuple(found)
