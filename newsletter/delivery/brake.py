"""The brake: a digest that bounces or is called spam too often is paused at once."""

from datetime import datetime

from newsletter.digests import lifecycle
from newsletter.models import ReaderReport


def check(*, digest_id: int, now: datetime) -> bool:
    """Pause the digest at five complaints; whether it was."""
    complaints = ReaderReport.objects.filter(digest_id=digest_id, kind="complained").count()
    reason = "Too many readers reported it as spam."
    return complaints >= 5 and lifecycle.pause(digest_id=digest_id, by=None, now=now, reason=reason)
