"""What a provider's words and status codes mean: the table of answers in docs/delivery.md."""

import re
from datetime import datetime
from email.message import Message
from email.utils import parsedate_to_datetime

from subscribers.mailing.answers import Kind
from subscribers.mailing.providers import Provider

# Seconds; what asks for more than this is asked again.
LONGEST_WAIT = 3600.0
# From where a word begins: without that a long word would be looked through from each of its signs.
ADDRESS = re.compile(r"(?<![^\s<>\"'(),:;])[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+")
# A link may hold a reader's token.
_LINK = re.compile(r"https?://\S+", re.IGNORECASE)
# What PostgreSQL does not keep (NUL, lone surrogates), and what no log should show.
_UNFIT = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]+")
# Of a page of somebody's in between, the beginning says enough.
_READ = 20_000


def scrub(words: str, *, at_most: int = 300) -> str:
    """A provider's words as they may be kept: on one line of at most `at_most` characters.

    Without addresses, links and signs that a database does not take.
    """
    told = _LINK.sub("[link]", _UNFIT.sub(" ", words[:_READ]))
    return " ".join(ADDRESS.sub("[address]", told).split())[:at_most]


def kind_of_status(status: int, *, provider: Provider) -> Kind:
    """What a status says of the whole call when the provider says no more (RFC 9110)."""
    if 200 <= status < 300:
        return Kind.ACCEPTED
    if status == 429:
        return Kind.THROTTLED
    # 402: the account has nothing left to pay with.
    if status in {401, 402, 403}:
        return Kind.ACCOUNT
    if status in provider.not_accepted:
        return Kind.NOT_ACCEPTED
    # 408 comes from something in between as well, which does not know what the provider did.
    if 300 <= status < 500 and status != 408:
        return Kind.REFUSED
    return Kind.UNKNOWN


def retry_after(headers: Message) -> float | None:
    """Seconds to wait, from either form of the header (RFC 9110 section 10.2.3), within limits."""
    value = str(headers.get("Retry-After", "")).strip()
    if value.isdecimal():
        return min(float(value), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    seconds = (at - datetime.now(at.tzinfo)).total_seconds()
    return min(max(seconds, 1.0), LONGEST_WAIT)
