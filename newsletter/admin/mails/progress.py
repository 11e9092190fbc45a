"""How far a mail is on its way, in words: "41,200 of 98,113 · 2 min left"."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.delivery import pace, waves
from newsletter.delivery.counts import Counts
from newsletter.delivery.waves import WavesStand
from newsletter.models import Digest
from subscribers.moments import clock_in_words, moment_in_words

State = Digest.State


def in_words(digest: Digest, found: Counts, *, now: datetime) -> str:
    """The state's name, with numbers while it is on its way."""
    if digest.state not in {State.SENDING, State.PAUSED} or not found.audience:
        return digest.get_state_display()
    far = f"{found.settled:,} of {found.audience:,}"
    if digest.state == State.PAUSED:
        return f"paused · {far}"
    more = _more(digest, found, now) if found.waiting else ""
    return f"sending · {far} · {more}" if more else f"sending · {far}"


def next_wave(coming: WavesStand, *, zone: ZoneInfo) -> str:
    """ "next wave at 11:30 am", with the day when it is another one; empty when none comes."""
    if coming.next is None:
        return ""
    return f"next wave {when(coming.next.at, coming.now, zone)}"


def when(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """ "at 6:41 am"; with the day when it is another one."""
    local = at.astimezone(zone)
    if local.date() == now.astimezone(zone).date():
        return f"at {clock_in_words(local)}"
    return moment_in_words(at=at, now=now, zone=zone)


def _more(digest: Digest, found: Counts, now: datetime) -> str:
    """What is still to come: the rest of a wave, or the next one."""
    coming = waves.of(digest=digest, now=now)
    if coming.is_between:
        return next_wave(coming, zone=digest.newsletter.zone)
    rate = pace.per_second(digest_id=digest.pk, now=now)
    waiting = max(found.waiting - coming.later, 0)
    return time_left(pace.time_left(waiting=waiting, rate=rate))


def time_left(left: timedelta | None) -> str:
    """ "under 1 min left", "12 min left", "3 h 20 min left"; empty while nothing moves."""
    if left is None:
        return ""
    minutes = round(left.total_seconds() / 60)
    if minutes < 1:
        return "under 1 min left"
    hours, minutes = divmod(minutes, 60)
    if not hours:
        return f"{minutes} min left"
    return f"{hours:,} h {minutes} min left" if hours < 10 else f"{hours:,} h left"


def rate_in_words(rate: float) -> str:
    """ "1,240 mails a second", "12 mails a minute"; empty while nothing moves."""
    if rate <= 0:
        return ""
    if rate < 1:
        return f"{max(round(rate * 60), 1):,} mails a minute"
    number = f"{rate:,.0f}"
    return f"{number} mail a second" if number == "1" else f"{number} mails a second"
