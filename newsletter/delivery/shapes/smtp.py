"""A relay takes a batch one reader after another, in windows that bound what can be unknown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from newsletter.delivery.claims import Claim
from newsletter.delivery.shapes.progress import Progress
from subscribers.clock import Clock
from subscribers.mailing import mime, smtp
from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.providers import Provider

# Readers in one window: at most these are unknown when the process dies.
WINDOW = 50
# Then the rest is split off, so that a slow relay does not hold a batch for ever.
MOST_SECONDS = 30.0


@dataclass(slots=True)
class _Call:
    """When it is to end, and whom the relay refused so far."""

    clock: Clock
    end: float
    failed: dict[int, Failure] = field(default_factory=dict)
    retry: dict[int, Failure] = field(default_factory=dict)

    def is_late(self) -> bool:
        return self.clock.elapsed() > self.end

    def opens(self, window: Sequence[Recipient], progress: Progress) -> bool:
        """Whether this window may leave; those refused in the windows before are kept with it."""
        refused = self.answer(Answer(kind=Kind.ACCEPTED))
        opened = progress.open_window(submitted_to=_id(window[-1]), refused=refused)
        if opened:
            self.failed, self.retry = {}, {}
        return opened

    def answer(self, answer: Answer) -> Answer:
        """`answer` with the recipients that the relay refused until then."""
        return Answer(
            kind=answer.kind,
            detail=answer.detail,
            retry_after=answer.retry_after,
            failed=self.failed,
            retry=self.retry,
        )


def send(*, provider: Provider, mailing: Mailing, claim: Claim, progress: Progress) -> Answer:
    """Mail the batch's readers over one connection.

    Ends as ACCEPTED with `progress.acked_to` short of the last reader when it was stopped (paused,
    or after 30 s); the rest has not left. Stopped before the first reader it ends as NOT_SENT.
    """
    call = _Call(clock=progress.clock, end=progress.clock.elapsed() + MOST_SECONDS)
    try:
        with smtp.Connection() as connection:
            for window in _windows(claim.recipients):
                if call.is_late() or not call.opens(window, progress):
                    break
                _send_window(connection, mailing, window, progress, call)
    except smtp.CallError as error:
        return call.answer(error.answer)
    if progress.acked_to is None:
        return Answer(kind=Kind.NOT_SENT, detail="It was stopped before the first reader.")
    return call.answer(Answer(kind=Kind.ACCEPTED))


def _send_window(
    connection: smtp.Connection,
    mailing: Mailing,
    window: Sequence[Recipient],
    progress: Progress,
    call: _Call,
) -> None:
    for recipient in window:
        if call.is_late():
            # The rest of an open window has not left either.
            progress.submitted_to = progress.acked_to
            return
        one = _id(recipient)
        if not mime.is_writable(recipient.address):
            # One address that cannot stand in a header must not hold up the others.
            call.failed[one] = Failure(reason="bad_address")
            progress.acked_to = one
            continue
        try:
            content = _content(mailing, recipient)
            refused = connection.send(
                sender=mailing.from_address, recipient=recipient.address, message=content
            )
        except smtp.CallError as error:
            # Of this window only this one reader can be unknown; the others never left.
            unknown = error.answer.kind is Kind.UNKNOWN
            progress.submitted_to = one if unknown else progress.acked_to
            raise
        if refused is not None:
            (call.retry if refused.again else call.failed)[one] = refused.failure
        progress.acked_to = one


def _content(mailing: Mailing, recipient: Recipient) -> bytes:
    try:
        return mime.build(mailing=mailing, recipient=recipient).as_bytes()
    except ValueError as error:
        # Not the reader's fault, so nobody's mail would be better.
        raise smtp.CallError(Answer(kind=Kind.REFUSED, detail=scrub(str(error)))) from error


def _windows(recipients: Sequence[Recipient]) -> Iterator[Sequence[Recipient]]:
    for start in range(0, len(recipients), WINDOW):
        yield recipients[start : start + WINDOW]


def _id(recipient: Recipient) -> int:
    assert recipient.subscriber_id is not None  # noqa: S101  (a digest's recipients have one)
    return recipient.subscriber_id
