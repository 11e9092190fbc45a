"""What keeps a mail from going on by itself, in words for those who watch it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from newsletter.admin.mails.progress import when
from newsletter.delivery import pace
from newsletter.delivery.waves import WavesStand
from newsletter.models import Digest
from subscribers.mailing import outlook
from subscribers.mailing.outlook import Hindrance, Reason

# A rate that is used up for a moment is no trouble.
MOMENT = timedelta(seconds=10)
WORDS = {
    Reason.BREAKER: "The provider did not answer; we try again {when}.",
    Reason.UNREACHABLE: "The provider cannot be reached; we try again {when}.",
    Reason.ACCOUNT: "The provider refused our account; we try again {when}.",
    Reason.THROTTLED: "The provider asked us to wait; we go on {when}.",
    Reason.OPEN: "The provider's limit is used up; we go on {when}.",
}
TAKEN_OVER = {
    Reason.BREAKER: "{name} did not answer; {instead} takes over until {name} is well again.",
    Reason.UNREACHABLE: "{name} cannot be reached; {instead} takes over until it can.",
    Reason.ACCOUNT: "{name} refused our account; {instead} takes over. Look into it.",
}


def in_words(*, digest: Digest, coming: WavesStand, now: datetime) -> str:
    """A sentence about the provider, else about what has to wait; "" when it just goes on."""
    zone = digest.newsletter.zone
    found = outlook.hindrance(now=now)
    if found and not (found.reason is Reason.OPEN and found.until - now < MOMENT):
        return _of_provider(found, now, zone)
    again = pace.next_try(digest_id=digest.pk, now=now)
    if again is None or again - now < MOMENT:
        return ""
    if coming.next is None:
        return f"What is left was refused for now; it is tried again {when(again, now, zone)}."
    if again == coming.next.at:
        # It just waits for its time.
        return ""
    return f"Some were refused for now; they are tried again {when(again, now, zone)}."


def _of_provider(found: Hindrance, now: datetime, zone: ZoneInfo) -> str:
    if found.instead and found.reason in TAKEN_OVER:
        return TAKEN_OVER[found.reason].format(name=found.provider, instead=found.instead)
    return WORDS[found.reason].format(when=when(found.until, now, zone))
