"""A relay takes a batch reader by reader, in windows that bound what can be unknown.

Before a reader's mail may leave, the database knows that it may: `Progress` commits it. As many
readers as two windows hold are open at a time. When a third of them is left without an answer the
next are let in, so that mails go on leaving while the database is told, and it is not told often.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

import structlog

from newsletter.delivery import stopping
from newsletter.delivery.claims import Claim
from newsletter.delivery.shapes.progress import STOPPED, Progress
from subscribers.mailing import mime, smtp
from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Mailing
from subscribers.mailing.mime import Compiled
from subscribers.mailing.providers import Provider
from subscribers.mailing.smtp import Exchange, Fate, Letter

# Readers in one window; those of two may be open in a process, and unknown when it dies.
WINDOW = 50

log = structlog.get_logger(__name__)


def send(*, provider: Provider, mailing: Mailing, claim: Claim, progress: Progress) -> Answer:
    """Mail the batch's readers over the connections that EMAIL_URL allows.

    `progress` and the answer together say of each reader what became of him. ACCEPTED with
    `progress.acked_to` short of the last reader: it was stopped (paused, after 30 s, or with its
    worker), and the rest has not left. Stopped before the first reader it ends as NOT_SENT.
    """
    try:
        mail = mime.compiled(mailing)
    except ValueError as error:
        # Not a reader's fault, so nobody's mail would be better.
        return Answer(kind=Kind.REFUSED, detail=scrub(str(error)))
    call = _Call(mail=mail, progress=progress)
    try:
        with smtp.connected(
            seconds=smtp.MOST_SECONDS, is_asked_to_stop=stopping.is_asked
        ) as exchange:
            call.run(exchange)
            call.error = exchange.error
    except Exception as error:
        # Connections are closed; what may have left is unknown, and nothing else is.
        log.exception("submission_failed", digest=claim.batch.digest_id, batch=claim.batch.pk)
        detail = f"A fault of our own while it was handed over: {type(error).__name__}."
        call.error = Answer(kind=Kind.NOT_SENT, detail=detail)
    return call.answer()


class _Call:
    """One batch on its way: letters not begun, and those of the open windows in id order."""

    def __init__(self, *, mail: Compiled, progress: Progress) -> None:
        # Why it ended before the last reader.
        self.error: Answer | None = None
        self._progress = progress
        self._least = mail.least
        recipients = progress.claim.recipients
        self._waiting = (Letter(mail=mail, recipient=one) for one in recipients)
        self._left = len(recipients)
        self._open: deque[Letter] = deque()
        self._failed: dict[int, Failure] = {}
        self._retry: dict[int, Failure] = {}

    def run(self, exchange: Exchange) -> None:
        """Open windows and wait for their answers until there are no more, or it must stop."""
        limit = exchange.size
        if limit and self._least > limit:
            words = f"The mail has more than {self._least} bytes, and the relay takes {limit}."
            exchange.fail(Answer(kind=Kind.REFUSED, detail=words))
        while self._left and self._opens_windows(exchange):
            # With some still on their way the relay has something to do meanwhile.
            self._wait(exchange, open_at_most=2 * WINDOW // 3 if self._left else 0)
        self._wait(exchange, open_at_most=0)

    def answer(self) -> Answer:
        """How it ended, now that nothing is on its way; `progress` is set to where the cuts are."""
        progress = self._progress
        for letter in self._open:
            if letter.is_answered:
                self._note(letter)
                progress.acked_to = letter.recipient.key
        unknown = [one.recipient.key for one in self._open if one.fate is Fate.UNKNOWN]
        waiting = [one.recipient.key for one in self._open if one.fate is Fate.WAITING]
        acked_to = progress.acked_to or 0
        progress.submitted_to = max([acked_to, *unknown]) or None
        return replace(
            self._whole(unknown, waiting),
            failed=self._failed,
            retry=self._retry,
            unknown=[one for one in unknown if one < acked_to],
            not_sent=[one for one in waiting if one < (progress.submitted_to or 0)],
        )

    def _whole(self, unknown: Sequence[int], waiting: Sequence[int]) -> Answer:
        """What it means for all who mail through this provider."""
        if unknown:
            detail = self.error.detail if self.error else ""
            return Answer(kind=Kind.UNKNOWN, detail=detail)
        if not (self._left or waiting):
            return Answer(kind=Kind.ACCEPTED)
        if self.error:
            return self.error
        if self._progress.acked_to is None:
            return Answer(kind=Kind.NOT_SENT, detail=STOPPED, stopped=True)
        return Answer(kind=Kind.ACCEPTED)

    def _opens_windows(self, exchange: Exchange) -> bool:
        """Open as many as there may be, with one statement; False when it must stop."""
        if exchange.error or exchange.is_late:
            return False
        letters = list(islice(self._waiting, 2 * WINDOW - len(self._open)))
        refused = Answer(kind=Kind.ACCEPTED, failed=self._failed, retry=self._retry)
        if not self._progress.open_window(submitted_to=letters[-1].recipient.key, refused=refused):
            return False
        self._failed, self._retry = {}, {}
        self._left -= len(letters)
        self._open.extend(letters)
        exchange.add(letters)
        return True

    def _wait(self, exchange: Exchange, *, open_at_most: int) -> None:
        def is_enough() -> bool:
            while self._open and self._open[0].is_answered:
                letter = self._open.popleft()
                self._note(letter)
                self._progress.acked_to = letter.recipient.key
            return len(self._open) <= open_at_most

        exchange.run(until=is_enough)

    def _note(self, letter: Letter) -> None:
        if letter.failure is None:
            return
        kept = self._retry if letter.fate is Fate.RETRY else self._failed
        kept[letter.recipient.key] = letter.failure
