"""When a mail goes, went or would go, in words."""

from datetime import datetime, timedelta

from newsletter.models import Digest
from newsletter.scheduling import upcoming
from subscribers.moments import clock_in_words, day_in_words, moment_in_words

State = Digest.State
CALLED_OFF = {State.CANCELLED, State.SKIPPED}
JUST_DUE = timedelta(minutes=1)
ON_ITS_WAY = {State.PREPARING, State.SENDING, State.PAUSED}


def when(digest: Digest, now: datetime) -> str:
    """When it goes, went or would go, in the newsletter's zone."""
    at = digest.sent_at or digest.sending_at or digest.release_at
    if at is None:
        return "No time set yet"
    if is_due(digest, now):
        return "Goes out in a moment"
    zone = digest.newsletter.zone
    if not digest.goes_in_waves or digest.sending_at or digest.state in ON_ITS_WAY:
        moment = moment_in_words(at=at, now=now, zone=zone)
        return f"{_verb(digest, is_past=at < now)} {moment}"
    at = upcoming.own_time(digest=digest, zone=zone) or at
    day, clock = day_in_words(at=at, now=now, zone=zone), clock_in_words(at.astimezone(zone))
    return f"{_verb(digest, is_past=at < now)} {day}, {clock} where each reader is"


def is_due(digest: Digest, now: datetime) -> bool:
    """Scheduled for a moment that was just reached: the service lets it go within seconds."""
    if digest.state != State.SCHEDULED or digest.release_at is None:
        return False
    return timedelta(0) <= now - digest.release_at < JUST_DUE


def _verb(digest: Digest, *, is_past: bool) -> str:
    if digest.sent_at and digest.state not in ON_ITS_WAY:
        return "Sent"
    if digest.sending_at or digest.state in ON_ITS_WAY:
        return "Began"
    if digest.state in CALLED_OFF:
        return "Was to go out"
    if is_past:
        return "Was due"
    return "Goes out" if digest.state == State.SCHEDULED else "Due"
