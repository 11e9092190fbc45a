"""A state machine that does everything that can be done to deliveries, in any order.

Readers come and go, staff press every button, workers are cut off between any two steps, providers
answer whatever they like, time jumps. What must hold is asserted after each step; at the end, with
a provider that is well, nothing may be stuck. Real domain functions, real database; only the
network behind the providers is made up, and its book is what the rows are compared with.

`HYPOTHESIS_PROFILE=thorough` looks longer; EXAMPLES says how many runs.
"""

import os
import sys
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from newsletter.delivery import (
    cancelling,
    control,
    correcting,
    drain,
    missed,
    preparation,
    recovery,
    unanswered,
)
from newsletter.delivery.rounds import Round
from newsletter.digests import lifecycle
from newsletter.models import Digest
from subscribers.mailing import limits, state
from subscribers.models import ProviderState
from tests.clocks import set_clocks
from tests.factories import NOW, make_newsletter, make_reader, make_scheduled_digest, make_staff
from tests.newsletter.delivery.machine import ending, people, small, standing
from tests.newsletter.delivery.machine.book import Book, Died
from tests.newsletter.delivery.machine.directed import Unanswered
from tests.newsletter.delivery.machine.providers import Providers, put_in_place
from tests.newsletter.delivery.machine.workers import Clock, Worker

ORDERS = [["outbox"], ["outbox", "resend"], ["smtp", "outbox"], ["resend", "smtp"]]
STEPS = [timedelta(seconds=n) for n in (1, 6, 31, 91, 1_000, 4_000)] + [timedelta(hours=19)]
CHANGES = ["new", "joins", "joins", "erased", "suppressed", "lifted"]
MOST_DIGESTS, MOST_WORKERS = 4, 3

_some = st.integers(0, 1_000)
_numbers = st.tuples(st.integers(5, 13), st.integers(5, 13))
_limits = st.fixed_dictionaries(
    {
        "mails_per_second": st.sampled_from([None, None, 1.0, 3.0]),
        "calls_per_minute": st.sampled_from([None, None, 60.0]),
        "daily_cap": st.sampled_from([None, None, 5, 40]),
        "warmup_plan": st.sampled_from([[], [], [3, 6, 50]]),
    }
)


class Deliveries(Unanswered, RuleBasedStateMachine):
    """`order` of providers, and everything else, is drawn."""

    order: list[str] = []
    monkeypatch = None

    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.savepoint()
        self.now = NOW
        self.book = Book()
        self.providers = Providers(self.book)
        put_in_place(self.providers, self.monkeypatch)
        set_clocks(self.monkeypatch, lambda: self.now)
        self.workers: list[Worker] = []
        self.staff = make_staff()
        self.occurrences = 0
        # Whoever could be mailed at the release and was never touched must not be lost.
        self.expected: dict[int, set[int]] = {}
        self.touched: set[int] = set()

    @initialize(
        order=st.sampled_from(ORDERS), numbers=_numbers, whole=st.booleans(), data=st.data()
    )
    def begin(self, order, numbers, whole, data):
        small.take_as_a_whole(self.monkeypatch, self.providers, whole=whole)
        # In its place: settings that are set anew pile up.
        self.order[:] = order
        self.newsletters = [make_newsletter() for _ in range(2)]
        self.readers = []
        for newsletter, number in zip(self.newsletters, numbers, strict=True):
            self.readers += [make_reader(newsletter) for _ in range(number)]
        self.releases(number=0, whole=True)
        self.a_drain_runs(data=data, steps=data.draw(st.integers(4, 24)))

    def pick(self, rows, number):
        return rows[number % len(rows)] if rows else None

    def digest(self, number):
        return self.pick(list(Digest.objects.order_by("pk")), number)

    @rule(number=_some, other=_some, what=st.sampled_from(CHANGES))
    def readers_change(self, number, other, what):
        if what == "new":
            self.readers.append(make_reader(self.pick(self.newsletters, number)))
        elif what == "joins":
            self._joins_or_leaves(number, other)
        else:
            reader = self.pick(self.readers, number)
            self.touched.add(reader.pk)
            people.take_out(reader, how=what, now=self.now)

    def _joins_or_leaves(self, number, other):
        reader = self.pick(self.readers, number)
        self.touched.add(reader.pk)
        people.join_or_leave(reader, self.pick(self.newsletters, other), now=self.now)

    @precondition(lambda self: self.occurrences < MOST_DIGESTS)
    @rule(number=_some, whole=st.booleans())
    def releases(self, number, whole):
        self.occurrences += 1
        digest = make_scheduled_digest(
            self.pick(self.newsletters, number),
            occurrence=f"2026-11-{self.occurrences:02}",
            release_at=self.now,
        )
        self.expected[digest.pk] = standing.deliverable(digest.newsletter_id)
        assert lifecycle.release(digest_id=digest.pk, now=self.now)
        if whole:
            preparation.prepare(digest_id=digest.pk, now=self.now)

    @rule(number=_some)
    def prepares_a_piece(self, number):
        if digest := self.digest(number):
            preparation._prepare_piece(digest_id=digest.pk, now=self.now)

    @precondition(lambda self: len(self.workers) < MOST_WORKERS)
    @rule()
    def a_worker_claims(self):
        worker = Worker(clock=Clock(lambda: self.now))
        if worker.claims() and worker.claim:
            self.workers.append(worker)

    @precondition(lambda self: self.workers)
    @rule(number=_some, data=st.data(), word_lost=st.booleans(), steps=st.integers(1, 3))
    def a_worker_goes_on(self, number, data, word_lost, steps):
        worker = self.pick(self.workers, number)
        while steps and worker.claim:
            self._step(worker, data.draw, times=1 + word_lost)
            steps -= 1
        if worker.claim is None:
            self.workers.remove(worker)

    @precondition(lambda self: self.workers)
    @rule(number=_some)
    def a_worker_dies(self, number):
        self.workers.remove(self.pick(self.workers, number))

    @rule(data=st.data(), steps=st.integers(4, 40))
    def a_drain_runs(self, data, steps):
        worker = Worker(clock=Clock(lambda: self.now))
        for _ in range(steps):
            if not self._step(worker, data.draw):
                break
        if worker.claim and len(self.workers) < MOST_WORKERS:
            self.workers.append(worker)
        if not worker.claim:
            self._replay(data.draw)
        drain.finish_digests(now=self.now)

    def _replay(self, draw):
        self.providers.draw, self.providers.is_replayed = draw, True
        Round(fence=0).ask_again(clock=Clock(lambda: self.now))
        self.providers.is_replayed = False

    @rule(data=st.data())
    def another_drain_runs(self, data):
        """Twice as often as the rest, or most runs would hand over little."""
        self.a_drain_runs(data=data, steps=40)

    def _step(self, worker, draw, *, times=1):
        step = worker.next_step()
        self.providers.draw = draw
        self.providers.meanwhile = lambda: self._meanwhile(draw)
        try:
            if step == "records":
                worker.records(times=times)
            elif getattr(worker, step)() is False:
                return False
        except Died:
            worker.claim = None
            return False
        return True

    def _meanwhile(self, draw):
        """What happens while a call is with the provider."""
        what = draw(st.sampled_from(["nothing", "nothing", "time", "pause", "cancel", "leave"]))
        number = draw(_some) if what != "nothing" else 0
        if what == "time":
            self.time_moves_on(STEPS[number % len(STEPS)])
            recovery.sweep(now=self.now)
        elif what == "leave":
            self._joins_or_leaves(number, number // 7)
        elif what != "nothing":
            self.staff_press(number, what)

    @rule(
        number=_some,
        button=st.sampled_from(
            [*["resume"] * 3, "pause", "again", "again", "missed", "leave", "cancel", "correct"]
        ),
    )
    def staff_press(self, number, button):
        if (digest := self.digest(number)) is None:
            return
        said = {"digest_id": digest.pk, "by": self.staff, "now": self.now}
        buttons = {
            "pause": control.pause,
            "resume": control.resume,
            "cancel": cancelling.cancel,
            "leave": unanswered.leave,
            "missed": missed.send,
            "correct": partial(self._correct, digest),
            "again": self._send_again,
        }
        buttons[button](**said)

    def _correct(self, digest, **said):
        with suppress(correcting.WrongState, correcting.StillOnItsWay):
            correcting.approve(note="It was Tuesday.", version=digest.version, **said)

    def _send_again(self, **said):
        self.now = said["now"] = self.now + unanswered.PATIENCE
        ids = unanswered.unknown(digest_id=said["digest_id"], now=self.now)
        assert unanswered.send_again(**said) == len(ids)
        self.book.again.update((said["digest_id"], one) for one in ids)

    @rule(number=_some, fields=st.none() | _limits)
    def operators_set(self, number, fields):
        name = self.pick(self.order, number)
        if fields is None:
            state.reopen(provider=name, now=self.now)
        else:
            limits.locked(name)
            ProviderState.objects.filter(name=name).update(**fields)

    @rule(by=st.sampled_from(STEPS), sweeps=st.booleans())
    def time_moves_on(self, by, sweeps=False):
        self.now += by
        if sweeps:
            recovery.sweep(now=self.now)

    @rule(data=st.data(), with_token=st.booleans())
    def something_comes_back(self, data, with_token):
        self._comes_back(data, with_token=with_token)

    @invariant()
    def it_holds(self):
        standing.check(self.book)

    def teardown(self):
        try:
            if sys.exc_info()[0] is None:
                self.providers.draw, self.providers.meanwhile = None, lambda: None
                ending.run_out(self)
                standing.check(self.book)
        finally:
            transaction.savepoint_rollback(self.savepoint)


_IS_THOROUGH = os.environ.get("HYPOTHESIS_PROFILE") == "thorough"
_AT_MOST = settings(
    max_examples=int(os.environ.get("EXAMPLES", "1000" if _IS_THOROUGH else "15")),
    stateful_step_count=70 if _IS_THOROUGH else 40,
    # What CI finds is printed with a blob that reproduces it.
    derandomize=False,
    print_blob=True,
    report_multiple_bugs=False,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.django_db
def test_whatever_happens_nobody_is_lost_or_mailed_twice(settings, monkeypatch):
    small.make_small(monkeypatch)
    settings.EMAIL_PROVIDERS, settings.ANYMAIL = Deliveries.order, {"RESEND_API_KEY": "key"}
    Deliveries.monkeypatch = monkeypatch
    run_state_machine_as_test(Deliveries, settings=_AT_MOST)
