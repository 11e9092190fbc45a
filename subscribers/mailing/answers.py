"""What a provider answered, in our own words (the table of answers in docs/delivery.md)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """How a whole call ended. What follows from each is decided in one place per caller."""

    # The provider took it.
    ACCEPTED = "accepted"
    # Nothing left this machine: DNS, refused, TLS, connect time-out.
    NOT_SENT = "not_sent"
    # The provider said not now: 429, SMTP 421 and 4xx before RCPT.
    THROTTLED = "throttled"
    # The account is wrong or suspended: 401, 403, SMTP AUTH refused.
    ACCOUNT = "account"
    # The provider refused this call and took nothing: 400, SMTP 5xx to MAIL or DATA.
    REFUSED = "refused"
    # The provider documents that it took nothing and may be asked again: 503.
    NOT_ACCEPTED = "not_accepted"
    # It was handed over and the answer never came.
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Failure:
    """One recipient that the provider refused. `suppress`: the mailbox does not exist."""

    reason: str
    detail: str = ""
    suppress: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """How a call ended; `failed` and `retry` name recipients that differ from the rest."""

    kind: Kind
    # The provider's own words with addresses taken out; at most a few hundred characters.
    detail: str = ""
    # Seconds, from Retry-After.
    retry_after: float | None = None
    # By subscriber id.
    failed: Mapping[int, Failure] = field(default_factory=dict)
    retry: Mapping[int, Failure] = field(default_factory=dict)
    # It was we who stopped it, before anything left; that says nothing of the provider.
    stopped: bool = False
    # Ids of those without an answer among others who have one, and of those who never left.
    unknown: Collection[int] = frozenset()
    not_sent: Collection[int] = frozenset()
