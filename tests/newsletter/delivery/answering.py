"""A provider that answers as a test tells it, call after call."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from newsletter.delivery.shapes import SHAPES
from subscribers.mailing import outbox
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.providers import Shape

Verdict = Callable[[list[int]], Answer]


@dataclass
class Scripted:
    """Takes the place of the outbox: `verdict` says what each call is answered.

    What it takes is kept in the outbox, as in a provider's own books, also when its answer is lost.
    """

    verdict: Verdict
    calls: list[list[int]] = field(default_factory=list)

    def send(self, *, provider, mailing, claim, progress) -> Answer:
        ids = [one.subscriber_id for one in claim.recipients]
        self.calls.append(ids)
        answer = self.verdict(ids)
        if answer.kind in {Kind.ACCEPTED, Kind.UNKNOWN}:
            taken = [
                one
                for one in claim.recipients
                if one.subscriber_id not in {*answer.failed, *answer.retry}
            ]
            outbox.record(
                mailing=mailing, recipients=taken, token=claim.token, now=progress.clock.now()
            )
        return answer


def scripted(monkeypatch, verdict: Verdict) -> Scripted:
    """Let `verdict` answer for the outbox until the test ends."""
    provider = Scripted(verdict=verdict)
    monkeypatch.setitem(SHAPES, Shape.OUTBOX, provider.send)
    return provider


def accepted(ids: Iterable[int]) -> Answer:
    return Answer(kind=Kind.ACCEPTED)


def refused_for(bad: Iterable[int]) -> Verdict:
    """Refuses, naming nobody, each call that has one of `bad` in it."""
    wrong = set(bad)

    def verdict(ids: list[int]) -> Answer:
        if wrong & set(ids):
            return Answer(kind=Kind.REFUSED, detail="400 something is wrong")
        return Answer(kind=Kind.ACCEPTED)

    return verdict


def in_turn(*answers: Answer) -> Verdict:
    """These answers one after the other; accepted after the last."""
    left = list(answers)

    def verdict(ids: list[int]) -> Answer:
        return left.pop(0) if left else Answer(kind=Kind.ACCEPTED)

    return verdict
