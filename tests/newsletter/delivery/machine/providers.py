"""Providers of every shape that answer as the machine draws it, call after call.

The engine's own code for windows runs as it is; what lies behind it, the network, is made up here.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any
from uuid import UUID

from hypothesis import strategies as st

from newsletter.delivery.claims import Claim
from newsletter.delivery.shapes import SHAPES, one_by_one, smtp
from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.messages import Mailing
from subscribers.mailing.providers import Shape
from subscribers.mailing.smtp import Fate, Letter
from tests.newsletter.delivery.machine.book import Book, Died, Entry

# What a call is answered; taken more often than anything else, or nothing would ever move.
WHOLE = [*[Kind.ACCEPTED] * 6, *Kind, Kind.REFUSED, *[Kind.UNKNOWN] * 3]
# Refused for a reason of each reader named.
FAILED = "failed"
SINGLE = [*[Kind.ACCEPTED] * 12, *Kind, FAILED, "retry", "dies"]
DEAD = Failure(reason="bad_mailbox", detail="550 5.1.1", suppress=True)
FULL = Failure(reason="mailbox_full", detail="552 5.2.2")
LATER = Failure(reason="greylisted", detail="451 4.7.1")

Draw = Callable[[st.SearchStrategy[Any]], Any]


class Providers:
    """`draw` decides what is answered; `meanwhile` happens while a call is on its way."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self.draw: Draw | None = None
        self.meanwhile: Callable[[], None] = lambda: None
        # Whether a call is taken as a whole, or some of its readers may be refused.
        self.accepts_whole = True
        self._claim: Claim | None = None
        self._day = date.min
        # A call without a claim: one that was made before, with its key.
        self.is_replayed = False
        # What every call is answered until it is None again.
        self.forced: Kind | str | None = None

    @property
    def is_well(self) -> bool:
        """Whether it takes whatever it gets."""
        return self.draw is None

    def shape(self, real: Callable[..., Answer]) -> Callable[..., Answer]:
        """A shape of the engine's, with us behind it."""

        def send(*, claim: Claim, **named: Any) -> Answer:
            self._claim, self._day = claim, named["progress"].clock.day
            return real(claim=claim, **named)

        return send

    # --- One call for all

    def whole(self, *, claim: Claim, **_: Any) -> Answer:
        ids = [one.subscriber_id for one in claim.recipients]
        kind = Kind.ACCEPTED if self.is_well else self.forced or self._any(WHOLE)
        self.meanwhile()
        if kind == FAILED:
            return Answer(kind=Kind.REFUSED, failed={one: self._any([DEAD, FULL]) for one in ids})
        if kind is Kind.UNKNOWN:
            self._take(ids if self._any([True, False]) else [])
            return Answer(kind=kind, detail="no answer")
        failed, retry = self._picked(kind, ids)
        if kind is Kind.ACCEPTED:
            self._take(one for one in ids if one not in {*failed, *retry})
        return Answer(kind=kind, detail="words", failed=failed, retry=retry, **self._wait(kind))

    def _picked(self, kind: Kind, ids: Sequence[int]) -> tuple[dict[int, Failure], ...]:
        if self.is_well or kind not in {Kind.ACCEPTED, Kind.REFUSED} or not self._any([0, 0, 1]):
            return {}, {}
        failed = self._some(ids, [DEAD, FULL])
        if kind is Kind.REFUSED:
            return failed, {}
        if self.accepts_whole:
            return {}, {}
        return failed, self._some([one for one in ids if one not in failed], [LATER])

    def _some(self, ids: Sequence[int], why: Sequence[Failure]) -> dict[int, Failure]:
        return {one: self._any(why) for one in ids if self._any([True, False])}

    # --- One call for each, as `calls.send`

    def one(self, *, recipients: Sequence[Any], token: UUID, mailing: Mailing, **_: Any) -> Answer:
        (one,) = [recipient.subscriber_id for recipient in recipients]
        if self.is_replayed:
            return self._again(one, token, int(mailing.source.partition(":")[2]))
        kind = Kind.ACCEPTED if self.is_well else self.forced or self._any(SINGLE)
        if not self.is_well and not self._any([1, 1, 1, 0]):
            self.meanwhile()
        if kind == "dies":
            self._take([one] if self._any([True, False]) else [])
            raise Died
        if kind == FAILED:
            return Answer(kind=Kind.REFUSED, failed={one: self._any([DEAD, FULL])})
        if kind == "retry":
            return Answer(kind=Kind.REFUSED, retry={one: LATER})
        if kind is Kind.ACCEPTED or (kind is Kind.UNKNOWN and self._any([True, False])):
            self._take([one])
        return Answer(kind=kind, detail="words", **self._wait(kind))

    def _again(self, one: int, token: UUID, digest_id: int) -> Answer:
        """The same key once more: taken if it was not, and answered alike."""
        if not self.is_well and not self._any([1, 1, 0]):
            return Answer(kind=self._any([Kind.UNKNOWN, Kind.THROTTLED, Kind.REFUSED]))
        if not any((entry.token, entry.reader) == (token, one) for entry in self._book.entries):
            # Counted on the day of the first call.
            self._book.entries.append(Entry(digest_id, one, "resend", token, date.min))
        return Answer(kind=Kind.ACCEPTED)

    # --- A relay, as `smtp.connected`

    @contextmanager
    def connected(self, **_: Any) -> Iterator["Exchange"]:
        exchange = Exchange(self)
        if not self.is_well and not self._any([1, 1, 1, 1, 0]):
            kind = self._any([Kind.NOT_SENT, Kind.THROTTLED, Kind.ACCOUNT, Kind.REFUSED])
            exchange.error = Answer(kind=kind, detail="at the door")
        yield exchange

    def fate(self, letter: Letter) -> Answer | None:
        """Settle one letter; an answer when the connection breaks with it."""
        one = letter.recipient.subscriber_id
        assert one is not None
        kind = Kind.ACCEPTED if self.is_well else self.forced or self._any(SINGLE)
        if not self.is_well and not self._any([1, 1, 1, 0]):
            self.meanwhile()
        if kind == "dies":
            self._take([one] if self._any([True, False]) else [])
            raise Died
        if kind is Kind.ACCEPTED:
            self._take([one])
            letter.fate = Fate.ACCEPTED
        elif kind == FAILED:
            letter.fate, letter.failure = Fate.FAILED, self._any([DEAD, FULL])
        elif kind == "retry":
            letter.fate, letter.failure = Fate.RETRY, LATER
        elif kind is Kind.UNKNOWN:
            self._take([one] if self._any([True, False]) else [])
            letter.fate = Fate.UNKNOWN
            return Answer(kind=kind, detail="it broke")
        else:
            return Answer(kind=kind, detail="it broke")
        return None

    def pick(self, queue: Sequence[Letter]) -> int:
        """Which letter is next: over several connections answers come in any order."""
        return 0 if self.is_well else self._any(range(min(len(queue), 3)))

    # ---

    def _take(self, ids: Iterable[int | None]) -> None:
        claim = self._claim
        assert claim is not None
        for one in ids:
            assert one is not None
            self._book.entries.append(
                Entry(claim.batch.digest_id, one, claim.provider.name, claim.token, self._day)
            )

    def _wait(self, kind: Kind) -> dict[str, Any]:
        if self.is_well or kind is not Kind.THROTTLED:
            return {}
        return {"retry_after": self._any([None, 1.0, 60.0, 3_600.0])}

    def _any(self, options: Iterable[Any]) -> Any:
        assert self.draw is not None
        return self.draw(st.sampled_from(list(options)))


class Exchange:
    """In the place of `smtp.Exchange`: letters are settled one by one, in any order."""

    size = 0
    is_late = False

    def __init__(self, providers: Providers) -> None:
        self._providers = providers
        self._queue: deque[Letter] = deque()
        self.error: Answer | None = None

    def add(self, letters: Iterable[Letter]) -> None:
        self._queue.extend(letters)

    def run(self, *, until: Callable[[], bool]) -> None:
        while not until() and self._queue and self.error is None:
            index = self._providers.pick(self._queue)
            letter = self._queue[index]
            del self._queue[index]
            self.error = self._providers.fate(letter)


def put_in_place(providers: Providers, monkeypatch: Any) -> None:
    """Let every shape of the engine lead to `providers`."""
    real = {
        Shape.OUTBOX: providers.whole,
        Shape.MERGE_BATCH: providers.whole,
        Shape.ONE_BY_ONE: one_by_one.send,
        Shape.SMTP: smtp.send,
    }
    for shape, send in real.items():
        monkeypatch.setitem(SHAPES, shape, providers.shape(send))
    monkeypatch.setattr(one_by_one.calls, "send", providers.one)
    monkeypatch.setattr(smtp.smtp, "connected", providers.connected)
