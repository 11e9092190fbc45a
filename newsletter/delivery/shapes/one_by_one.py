"""An API takes one mail a call; the readers go in windows that bound what can be unknown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

import structlog

from newsletter.delivery import stopping
from newsletter.delivery.claims import Claim
from newsletter.delivery.shapes.progress import STOPPED, Progress
from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.api import calls
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.providers import Provider

# Readers in one window: at most these are unknown when the process dies.
WINDOW = 50
# Then the rest is split off, so that a slow provider does not hold a batch for ever.
MOST_SECONDS = 30.0
# So many refusals in a row that name nobody are the mail's fault and not the readers'.
MOST_SUSPECTS = 3

log = structlog.get_logger(__name__)


def send(*, provider: Provider, mailing: Mailing, claim: Claim, progress: Progress) -> Answer:
    """Mail the batch's readers, one call after another.

    Ends as ACCEPTED with `progress.acked_to` short of the last reader when it was stopped (paused,
    after 30 s, or with its worker); the rest has not left. A call that fails for all ends it with
    that answer: those before stay accepted, and only a call without an answer is unknown. Stopped
    before the first reader it ends as NOT_SENT.
    """
    run = _Run(provider=provider, mailing=mailing, claim=claim, progress=progress)
    for window in _windows(claim.recipients):
        if run.is_late() or not run.opens(window):
            break
        stopped = run.send_window(window)
        if stopped is not None:
            return stopped
    if progress.acked_to is None:
        return Answer(kind=Kind.NOT_SENT, detail=STOPPED, stopped=True)
    return run.ended(Answer(kind=Kind.ACCEPTED))


@dataclass(slots=True)
class _Run:
    """Whom the provider refused so far, and how far it is certain."""

    provider: Provider
    mailing: Mailing
    claim: Claim
    progress: Progress
    end: float = field(init=False)
    failed: dict[int, Failure] = field(default_factory=dict)
    retry: dict[int, Failure] = field(default_factory=dict)
    # Refused without a word about whom; whether it was they or the mail shows with the next.
    suspects: dict[int, Failure] = field(default_factory=dict)
    is_good_mail: bool = False

    def __post_init__(self) -> None:
        self.end = self.progress.clock.elapsed() + MOST_SECONDS

    def is_late(self) -> bool:
        """Whether it is time to leave the rest to another batch, or to another worker."""
        return stopping.is_asked() or self.progress.clock.elapsed() > self.end

    def opens(self, window: Sequence[Recipient]) -> bool:
        """Whether this window may leave; those refused in the windows before are kept with it."""
        refused = self.ended(Answer(kind=Kind.ACCEPTED))
        opened = self.progress.open_window(
            submitted_to=window[-1].key,
            refused=refused,
            payload_hash=calls.payload_hash(
                provider=self.provider,
                mailing=self.mailing,
                recipients=window,
                token=self.claim.token,
            ),
        )
        if opened:
            self.failed, self.retry = {}, {}
        return opened

    def send_window(self, window: Sequence[Recipient]) -> Answer | None:
        """An answer when nothing can go on; None when the next window may come."""
        for one in window:
            if self.is_late():
                break
            answer = self._call(one)
            if not self._takes(one.key, answer):
                return self._stopped_at(one.key, answer)
        return self._settle_suspects()

    def _call(self, one: Recipient) -> Answer:
        try:
            return calls.send(
                provider=self.provider,
                mailing=self.mailing,
                recipients=[one],
                token=self.claim.token,
            )
        except Exception as error:
            # Only he is in doubt; what was said of those before him is not lost with it.
            log.exception(
                "submission_failed", digest=self.claim.batch.digest_id, batch=self.claim.batch.pk
            )
            detail = f"A fault of our own while it was handed over: {type(error).__name__}."
            return Answer(kind=Kind.UNKNOWN, detail=detail)

    def ended(self, answer: Answer) -> Answer:
        """`answer` with the readers who were refused since the last window was opened."""
        return replace(answer, failed=dict(self.failed), retry=dict(self.retry))

    def _takes(self, one: int, answer: Answer) -> bool:
        """Note what was said of one reader; False when it was said of the whole batch."""
        if answer.failed or answer.retry:
            self.failed |= answer.failed
            self.retry |= answer.retry
        elif answer.kind is Kind.ACCEPTED:
            self.is_good_mail = True
            self._part_from_suspects()
        elif answer.kind is Kind.REFUSED and len(self.suspects) + 1 < MOST_SUSPECTS:
            self.suspects[one] = Failure(reason="refused", detail=answer.detail)
        else:
            return False
        if not self.suspects:
            self.progress.acked_to = one
        return True

    def _stopped_at(self, one: int, answer: Answer) -> Answer:
        if answer.kind is Kind.UNKNOWN:
            # The line goes behind him, so those just before must be told apart from him now.
            self._part_from_suspects()
            self.progress.submitted_to = one
            return self.ended(answer)
        if answer.kind is not Kind.REFUSED and self.is_good_mail:
            self._part_from_suspects()
        self.progress.submitted_to = self.progress.acked_to
        return self.ended(answer)

    def _settle_suspects(self) -> Answer | None:
        """At the end of a window it must be clear who was refused."""
        if self.suspects and not self.is_good_mail:
            answer = Answer(kind=Kind.REFUSED, detail=next(iter(self.suspects.values())).detail)
            self.progress.submitted_to = self.progress.acked_to
            return self.ended(answer)
        self._part_from_suspects()
        if self.is_late():
            # The rest of an open window has not left either.
            self.progress.submitted_to = self.progress.acked_to
        return None

    def _part_from_suspects(self) -> None:
        """Others got this mail, so it was they who were refused; if nobody did, ask again later."""
        if self.suspects:
            (self.failed if self.is_good_mail else self.retry).update(self.suspects)
            self.progress.acked_to = max(self.suspects)
            self.suspects = {}


def _windows(recipients: Sequence[Recipient]) -> Iterator[Sequence[Recipient]]:
    for start in range(0, len(recipients), WINDOW):
        yield recipients[start : start + WINDOW]
