"""How far a mail is on its way, in words: "41,200 of 98,113 · 2 min left"."""

from datetime import datetime

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
    left = minutes_left(digest, found, now=now)
    return f"sending · {far} · {left}" if left else f"sending · {far}"


def minutes_left(digest: Digest, found: Counts, *, now: datetime) -> str:
    """From the pace so far; empty while there is none."""
    if digest.sending_at is None or not found.settled or not found.waiting:
        return ""
    pace = found.settled / max((now - digest.sending_at).total_seconds(), 1)
    minutes = found.waiting / pace / 60
    return "under 1 min left" if minutes < 1 else f"{minutes:.0f} min left"
