"""How far a mail is on its way, in words: "41,200 of 98,113 · 2 min left"."""

from datetime import datetime, timedelta

from newsletter.delivery import pace
from newsletter.delivery.counts import Counts
from newsletter.models import Digest

State = Digest.State


def in_words(digest: Digest, found: Counts, *, now: datetime) -> str:
    """The state's name, with numbers while it is on its way."""
    if digest.state not in {State.SENDING, State.PAUSED} or not found.audience:
        return digest.get_state_display()
    far = f"{found.settled:,} of {found.audience:,}"
    if digest.state == State.PAUSED:
        return f"paused · {far}"
    left = ""
    if found.waiting:
        rate = pace.per_second(digest_id=digest.pk, now=now)
        left = time_left(pace.time_left(waiting=found.waiting, rate=rate))
    return f"sending · {far} · {left}" if left else f"sending · {far}"


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
