"""What providers report of the mails by which `doctor` tries the way: for it to read, kept an hour.

In the cache and nowhere else: they are mails to whoever runs the service, and count for nobody.
"""

from contextlib import suppress
from uuid import UUID

from anymail.signals import AnymailTrackingEvent, EventType
from django.core.cache import cache
from redis.exceptions import RedisError

from newsletter.tracking import reports
from subscribers.mailing.errors import scrub

_SOURCE = "trial:"
_SECONDS = 3600
# The first of these that was said counts: what is delivered was deferred before.
_WORDS = (
    EventType.DELIVERED,
    EventType.BOUNCED,
    EventType.REJECTED,
    EventType.FAILED,
    EventType.COMPLAINED,
    EventType.DEFERRED,
    # All that Mandrill says; with others it comes before the mailbox has it.
    EventType.SENT,
)


def source(*, token: UUID) -> str:
    """What is sent along with such a mail."""
    return f"{_SOURCE}{token.hex[:12]}"


def took(*, event: AnymailTrackingEvent) -> bool:
    """Whether a report is of such a mail; then its word is kept here, or lost without Redis."""
    source = reports.source_of(event)
    if not source.startswith(_SOURCE):
        return False
    if event.event_type in _WORDS:
        detail = scrub(str(event.mta_response or event.description or ""))
        with suppress(RedisError, OSError):
            cache.set(f"{source}:{event.event_type}", detail, _SECONDS)
    return True


def reported(*, source: str) -> tuple[str, str] | None:
    """The word of anymail's and the provider's own; None while nothing has come."""
    with suppress(RedisError, OSError):
        found = cache.get_many([f"{source}:{word}" for word in _WORDS])
        for word in _WORDS:
            if f"{source}:{word}" in found:
                return word, found[f"{source}:{word}"]
    return None
