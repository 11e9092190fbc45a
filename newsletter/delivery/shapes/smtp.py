"""A relay takes a batch one reader after another, in windows that bound what can be unknown."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from newsletter.delivery.claims import Claim
from newsletter.delivery.shapes.progress import Progress
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
class _Refusals:
    failed: dict[int, Failure] = field(default_factory=dict)
    retry: dict[int, Failure] = field(default_factory=dict)

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
    or after 30 s); the rest has not left.
    """
    refusals = _Refusals()
    started = progress.clock.elapsed()
    try:
        with smtp.Connection() as connection:
            for window in _windows(claim.recipients):
                late = progress.clock.elapsed() - started > MOST_SECONDS
                if late or not progress.open_window(submitted_to=_id(window[-1])):
                    break
                _send_window(connection, mailing, window, progress, refusals)
    except smtp.CallError as error:
        return refusals.answer(error.answer)
    return refusals.answer(Answer(kind=Kind.ACCEPTED))


def _send_window(
    connection: smtp.Connection,
    mailing: Mailing,
    window: Sequence[Recipient],
    progress: Progress,
    refusals: _Refusals,
) -> None:
    for recipient in window:
        one = _id(recipient)
        try:
            content = mime.build(mailing=mailing, recipient=recipient).as_bytes()
        except ValueError as error:
            # One address that cannot stand in a header must not hold up the others.
            refusals.failed[one] = Failure(reason="bad_address", detail=scrub(str(error)))
            progress.acked_to = one
            continue
        try:
            refused = connection.send(
                sender=mailing.from_address, recipient=recipient.address, message=content
            )
        except smtp.CallError as error:
            # Of this window only this one reader can be unknown; the others never left.
            unknown = error.answer.kind is Kind.UNKNOWN
            progress.submitted_to = one if unknown else progress.acked_to
            raise
        if refused is not None:
            (refusals.retry if refused.again else refusals.failed)[one] = refused.failure
        progress.acked_to = one


def _windows(recipients: Sequence[Recipient]) -> Iterator[Sequence[Recipient]]:
    for start in range(0, len(recipients), WINDOW):
        yield recipients[start : start + WINDOW]


def _id(recipient: Recipient) -> int:
    assert recipient.subscriber_id is not None  # noqa: S101  (a digest's recipients have one)
    return recipient.subscriber_id
