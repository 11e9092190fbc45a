"""A worker of the machine: the steps of a drain, one by one, so that it can be cut off between."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from newsletter.delivery import outcomes, submission
from newsletter.delivery.claims import Claim
from newsletter.delivery.rounds import Round
from newsletter.delivery.shapes import Progress
from newsletter.models import Digest
from subscribers.mailing.allowance import Closed
from subscribers.mailing.answers import Answer
from tests.newsletter.delivery.machine import standing


class Clock:
    """The machine's time, as a worker's clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self.now = now
        self._start = now()
        # The day that the claim's mails count for.
        self.day: date = self._start.astimezone(UTC).date()

    def elapsed(self) -> float:
        return (self.now() - self._start).total_seconds()


@dataclass
class Worker:
    """`step()` does the next thing; False when there is nothing more for it to do."""

    clock: Clock
    round: Round = field(default_factory=lambda: Round(fence=0))
    claim: Claim | None = None
    progress: Progress | None = None
    answer: Answer | None = None

    def claims(self) -> bool:
        """Take a batch; whoever is in it may be mailed at this moment."""
        self.clock = Clock(self.clock.now)
        try:
            self.claim = self.round.claim(now=self.clock.now())
        except Closed:
            return False
        if self.claim is None:
            return False
        digest = Digest.objects.get(pk=self.claim.batch.digest_id)
        assert digest.state == Digest.State.SENDING
        mailed = {one.subscriber_id for one in self.claim.recipients}
        assert mailed <= standing.deliverable(digest.newsletter_id), "I4"
        if not mailed:
            outcomes.nobody_left(claim=self.claim, now=self.clock.now())
            self.claim = None
        return True

    def begins(self) -> None:
        """`submitting` is committed, or the batch given back."""
        assert self.claim is not None
        self.progress = Progress(claim=self.claim, clock=self.clock)
        if not submission._begin(self.progress):
            submission.give_back(claim=self.claim, clock=self.clock)
            self.claim = self.progress = None

    def calls(self) -> None:
        assert self.progress is not None
        self.answer = submission._call(self.progress)

    def records(self, *, times: int = 1) -> None:
        """More than once: the word that it was written was lost."""
        for _ in range(times):
            outcomes.record(
                claim=self.claim,
                answer=self.answer,
                progress=self.progress,
                now=self.clock.now(),
            )
        self.claim = self.progress = self.answer = None

    def next_step(self) -> str:
        if self.claim is None:
            return "claims"
        if self.progress is None:
            return "begins"
        return "calls" if self.answer is None else "records"
