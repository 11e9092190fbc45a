"""Rules that go straight to what chance seldom reaches: a call without an answer, and then ..."""

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from newsletter.delivery import cancelling, control, missed, recovery, settling, unanswered
from newsletter.delivery.settling import Evidence
from newsletter.models import DeliveryException, Digest
from subscribers.mailing import state
from subscribers.mailing.answers import Kind
from tests.newsletter.delivery.machine import standing
from tests.newsletter.delivery.machine.providers import FAILED
from tests.newsletter.delivery.machine.workers import Clock, Worker

ANSWERS = {"named": FAILED, "unanswered": Kind.UNKNOWN, "taken": Kind.ACCEPTED}
THEN = ["cancel", "comes back", "with its token", "missed", "wait", "unanswered", *ANSWERS]


class Unanswered:
    """For the machine: what it has by other names is used here as it is there."""

    now: Any
    order: list[str]
    book: Any
    providers: Any
    staff: Any

    @rule(data=st.data(), then=st.lists(st.sampled_from(THEN), max_size=5), calls=st.integers(1, 3))
    def calls_go_unanswered(self, data: Any, then: list[str], calls: int) -> None:
        for _ in range(calls):
            self._call(data, Kind.UNKNOWN)
        self._wait()
        for digest in Digest.objects.order_by("pk"):
            ids = unanswered.unknown(digest_id=digest.pk, now=self.now)
            unanswered.send_again(digest_id=digest.pk, by=self.staff, now=self.now)
            self.book.again.update((digest.pk, one) for one in ids)
        for what in then:
            self._happens(what, data)
            standing.check(self.book)

    def _happens(self, what: str, data: Any) -> None:
        if what in ANSWERS:
            self._call(data, ANSWERS[what])
        elif what == "wait":
            self._wait()
        elif what in {"comes back", "with its token"}:
            self._comes_back(data, with_token=what == "with its token")
        else:
            press = {"cancel": cancelling.cancel, "missed": missed.send}[what]
            for digest in Digest.objects.order_by("pk"):
                press(digest_id=digest.pk, by=self.staff, now=self.now)

    def _call(self, data: Any, kind: Kind | str) -> None:
        """One batch, if any is due, gets that answer."""
        for name in self.order:
            state.reopen(provider=name, now=self.now)
        for digest in Digest.objects.filter(state=Digest.State.PAUSED):
            control.resume(digest_id=digest.pk, by=self.staff, now=self.now)
        worker = Worker(clock=Clock(lambda: self.now))
        if not worker.claims() or worker.claim is None:
            return
        worker.begins()
        self.providers.draw, self.providers.meanwhile = data.draw, lambda: None
        self.providers.forced = kind
        if worker.progress:
            worker.calls()
            worker.records()
        self.providers.forced = None

    def _comes_back(self, data: Any, *, with_token: bool) -> None:
        if entries := self.book.entries:
            entry = data.draw(st.sampled_from(entries))
            token = entry.token if with_token else None
            found = Evidence(digest_id=entry.digest_id, subscriber_id=entry.reader, token=token)
            settling.by_evidence(evidence=[found], now=self.now)
            self._is_settled(entry.digest_id, entry.reader)

    def _is_settled(self, digest_id: int, reader: int) -> None:
        """Who shows that he has it is in no doubt any more, and waits for no second one."""
        key = digest_id, reader
        (found,) = [one for one in standing.readers() if (one.digest_id, one.subscriber_id) == key]
        assert found.state != "unknown"
        waits = DeliveryException.objects.filter(digest_id=digest_id, subscriber_id=reader)
        assert not waits.filter(state="retry", may_have_it=True).exists()

    def _wait(self) -> None:
        self.now += unanswered.PATIENCE + timedelta(minutes=1)
        recovery.sweep(now=self.now)
