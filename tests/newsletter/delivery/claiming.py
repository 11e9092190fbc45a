"""A batch in the hands of a test, as a drain would take it."""

from datetime import datetime

from newsletter.delivery import claims
from newsletter.delivery.claims import Claim
from newsletter.delivery.letters import Letters
from subscribers.mailing.providers import PROVIDERS


def claim_batch(*, now: datetime, provider: str = "outbox", fence: int = 0) -> Claim | None:
    return claims.claim(provider=PROVIDERS[provider], letters=Letters(), now=now, fence=fence)
