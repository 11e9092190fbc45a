"""What is said and shown of urgent mails beside others."""

from datetime import datetime

from newsletter.models import Digest

State = Digest.State
ON_ITS_WAY = {State.SCHEDULED, State.PREPARING, State.SENDING, State.PAUSED, State.SENT}


def in_words(other: Digest, now: datetime) -> str:
    """That another is there: "Another urgent mail of ... went out 4 minutes ago: “...”."."""
    has_gone = other.state in ON_ITS_WAY
    at = (other.release_at if has_gone else None) or other.created_at
    minutes = int((now - at).total_seconds()) // 60
    ago = "just now" if minutes < 1 else f"{minutes} minute{'s' if minutes > 1 else ''} ago"
    became = "went out" if has_gone else "was made"
    waits = "" if has_gone else f", and is {other.get_state_display()}"
    return f"Another urgent mail of {other.newsletter} {became} {ago}{waits}: “{other.subject}”."
