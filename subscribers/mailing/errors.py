"""From a library's exception to an `Answer`: the table of answers in docs/delivery.md."""

import re
import ssl
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

import requests
from anymail.exceptions import AnymailError, AnymailRequestsAPIError
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.providers import Provider

# Seconds; what asks for more than this is asked again.
LONGEST_WAIT = 3600.0
_ADDRESS = re.compile(r"[^\s<>\"'(),:;]+@[^\s<>\"'(),:;]+")
# The handshake fails before any of the request is written.
_HANDSHAKE = ("CERTIFICATE_VERIFY_FAILED", "HANDSHAKE", "WRONG_VERSION_NUMBER", "UNSUPPORTED")


def scrub(words: str, *, at_most: int = 300) -> str:
    """A provider's words with addresses taken out, on one line, cut to `at_most` characters."""
    return " ".join(_ADDRESS.sub("[address]", words).split())[:at_most]


def from_http(error: AnymailError, *, provider: Provider) -> Answer:
    """What an exception of anymail's says about the call that raised it."""
    if not isinstance(error, AnymailRequestsAPIError):
        # Raised while the request was being built: nothing left, and asking again will not help.
        return Answer(kind=Kind.REFUSED, detail=scrub(str(error)))
    response = error.response
    if response is None:
        kind = Kind.NOT_SENT if _never_connected(error) else Kind.UNKNOWN
        return Answer(kind=kind, detail=scrub(str(error.__cause__ or error)))
    detail = scrub(f"{response.status_code} {response.text}")
    return Answer(
        kind=_kind_of_status(response.status_code, provider),
        detail=detail,
        retry_after=_retry_after(response),
    )


def _kind_of_status(status: int, provider: Provider) -> Kind:
    if status == 429:
        return Kind.THROTTLED
    if status in {401, 403}:
        return Kind.ACCOUNT
    if status in provider.not_accepted:
        return Kind.NOT_ACCEPTED
    if 300 <= status < 500:
        return Kind.REFUSED
    # 5xx without a promise, and a 2xx that could not be read.
    return Kind.UNKNOWN


def _retry_after(response: requests.Response) -> float | None:
    """Seconds to wait, from either form of the header (RFC 9110 section 10.2.3), within limits."""
    value = response.headers.get("Retry-After", "").strip()
    if value.isdecimal():
        return min(float(value), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(value)
    except ValueError:
        return None
    seconds = (at - datetime.now(at.tzinfo)).total_seconds()
    return min(max(seconds, 1.0), LONGEST_WAIT)


def _never_connected(error: BaseException) -> bool:
    for cause in _causes(error):
        if isinstance(cause, NewConnectionError | ConnectTimeoutError):
            return True
        if isinstance(cause, ssl.SSLError):
            return any(word in str(cause) for word in _HANDSHAKE)
    return False


def _causes(error: BaseException) -> Iterator[BaseException]:
    """The exceptions behind `error`, through requests and urllib3, which nest them in args."""
    seen: set[int] = set()
    open_: list[object] = [error]
    while open_:
        item = open_.pop()
        if not isinstance(item, BaseException) or id(item) in seen:
            continue
        seen.add(id(item))
        yield item
        open_ += [item.__cause__, item.__context__, getattr(item, "reason", None), *item.args]
