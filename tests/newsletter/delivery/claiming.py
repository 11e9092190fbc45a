"""A batch in the hands of a test, as a drain would take it."""

from datetime import datetime

from newsletter.delivery import claims, drain, outcomes, submission
from newsletter.delivery.claims import Claim
from newsletter.delivery.letters import Letters
from newsletter.delivery.rounds import Round
from subscribers.clock import Clock
from subscribers.mailing.providers import PROVIDERS


def claim_batch(*, now: datetime, provider: str = "outbox", fence: int = 0) -> Claim | None:
    return claims.claim(provider=PROVIDERS[provider], letters=Letters(), now=now, fence=fence)


def carry(claim: Claim, *, now: datetime) -> None:
    """Hand over what was claimed, and write down how it ended `now`."""
    answer, progress = submission.submit(claim=claim, clock=Clock())
    outcomes.record(claim=claim, answer=answer, progress=progress, now=now)


def take_one_batch() -> None:
    """Claim, hand over and record one batch, as one step of a drain does."""
    assert drain._step(Clock(), Round(fence=0))
