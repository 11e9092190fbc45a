"""What keeps mail from being handed over at this moment, for those who wait for it."""

from dataclasses import dataclass
from datetime import datetime

from subscribers.mailing import limits, providers
from subscribers.models import ProviderState

Reason = ProviderState.Closed


@dataclass(frozen=True, slots=True)
class Hindrance:
    """A provider that takes nothing before `until`; `reason` OPEN: what it may get is used up."""

    provider: str
    reason: ProviderState.Closed
    until: datetime
    # The one that takes over meanwhile; "" when mail waits.
    instead: str = ""


def hindrance(*, now: datetime) -> Hindrance | None:
    """What is the matter with the first provider, and who takes over; None when it takes mail.

    Goes by the order and the rules of `failover`: a statement for each provider that is asked.
    """
    found: Hindrance | None = None
    for provider in providers.in_order():
        closed = limits.closed(provider=provider, now=now)
        if closed is None:
            return found and Hindrance(found.provider, found.reason, found.until, provider.name)
        if found is None:
            found = Hindrance(provider.name, closed.reason, closed.until)
        if not closed.is_unwell:
            break
    return found
