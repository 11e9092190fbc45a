"""The database's clock or the machine's jumps while mail goes out: late at most, never twice."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest

from newsletter import tasks
from newsletter.delivery import drain, outcomes, preparation, recovery, submission
from newsletter.delivery.shapes import SHAPES, Progress
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest, Slot
from subscribers import clock, notice_queue, notice_sending
from subscribers.clock import Clock
from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.providers import Shape
from subscribers.models import Notice, OutboxMail, ProviderState
from tests.factories import NOW, make_newsletter, make_reader, make_readers, make_scheduled_digest
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.claiming import claim_batch

pytestmark = pytest.mark.django_db

HOUR, DAYS = timedelta(hours=1), timedelta(days=3)
AHEAD = pytest.mark.parametrize("ahead", [HOUR, DAYS])


@pytest.fixture
def database(monkeypatch, machine):
    """The database's clock: `database(by)` sets it to NOW and `by`; the machine's stays at NOW."""

    def is_at(by: timedelta = timedelta()) -> datetime:
        monkeypatch.setattr(clock, "database_now", lambda: NOW + by)
        return NOW + by

    is_at()
    return is_at


@pytest.fixture
def machine(monkeypatch):
    """The machine's clock, in the same way."""

    def is_at(by: timedelta = timedelta()) -> None:
        monkeypatch.setattr(clock, "machine_now", lambda: NOW + by)

    is_at()
    return is_at


@pytest.fixture
def digest(database) -> Digest:
    return _sending(3)


def _sending(readers: int) -> Digest:
    newsletter = make_newsletter()
    make_readers(newsletter, readers)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    return digest


def _queue() -> Notice:
    return notice_queue.add(
        kind=Notice.Kind.ALREADY,
        subscriber=make_reader(),
        context={"newsletter_ids": [make_newsletter().pk]},
        now=NOW,
    )


# --- Forward: leases seem to have lapsed while their holders live ---


@AHEAD
def test_what_is_claimed_when_the_clock_goes_forward_goes_out_once(digest, database, ahead):
    claim = claim_batch(now=NOW)
    holder = Clock()

    recovery.sweep(now=database(ahead))
    assert submission.submit(claim=claim, clock=holder) is None

    _let_go_on(digest)
    drain.drain()
    assert ledger.check(digest) == {"accepted": 3}
    assert OutboxMail.objects.count() == 3


@AHEAD
def test_what_is_being_handed_over_when_the_clock_goes_forward_goes_out_once(
    digest, database, ahead, monkeypatch
):
    send = SHAPES[Shape.OUTBOX]

    def while_it_is_sent(**arguments):
        answer = send(**arguments)
        recovery.sweep(now=database(ahead))
        return answer

    monkeypatch.setitem(SHAPES, Shape.OUTBOX, while_it_is_sent)
    drain.drain()
    monkeypatch.undo()

    assert ledger.check(digest) == {"accepted": 3}
    _let_go_on(digest)
    drain.drain()
    assert OutboxMail.objects.count() == 3


def _let_go_on(digest: Digest) -> None:
    """Past its deadline it was paused: a person lets it go on."""
    lifecycle.resume(digest_id=digest.pk, by=None, now=NOW)


# --- Back: what was written by a clock that was ahead lies far in the future ---


@AHEAD
@pytest.mark.parametrize(("state", "after"), [("claimed", "pending"), ("submitting", "unknown")])
def test_a_lease_from_the_future_ends_one_lease_later(digest, database, ahead, state, after):
    claim_batch(now=database(ahead))
    Batch.objects.update(state=state)
    database()

    recovery.sweep(now=NOW)
    assert ledger.check(digest) == {state: 3}, "its holder may live"
    recovery.sweep(now=NOW + timedelta(seconds=89))
    assert ledger.check(digest) == {state: 3}
    recovery.sweep(now=NOW + timedelta(seconds=91))
    assert ledger.check(digest) == {after: 3}


@AHEAD
def test_the_holder_of_a_lease_from_the_future_can_still_finish(digest, database, ahead):
    claim = claim_batch(now=database(ahead))
    holder = Clock()
    database()
    recovery.sweep(now=NOW)

    answer, progress = submission.submit(claim=claim, clock=holder)
    recovery.sweep(now=NOW)
    assert outcomes.record(claim=claim, answer=answer, progress=progress, now=holder.now())
    assert ledger.check(digest) == {"accepted": 3}


@AHEAD
def test_slots_that_are_held_from_the_future_come_free(digest, database, ahead):
    drain.drain()
    Slot.objects.update(token=uuid4(), lease_until=NOW + ahead + drain.SLOT_LEASE)
    second = _sending(2)

    recovery.sweep(now=NOW)
    database(drain.SLOT_LEASE + timedelta(seconds=1))
    drain.drain()

    assert ledger.check(second) == {"accepted": 2}


def test_a_batch_that_waits_until_the_future_waits_no_longer_than_it_may(digest, database):
    claim = claim_batch(now=database(DAYS))
    Batch.objects.update(state="submitting")
    database(DAYS)
    outcomes.record(
        claim=claim,
        answer=Answer(kind=Kind.NOT_SENT),
        progress=Progress(claim=claim, clock=Clock()),
        now=NOW + DAYS,
    )
    database()

    recovery.sweep(now=NOW)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 3}


def test_waits_that_are_meant_are_left_alone(digest, database):
    claim = claim_batch(now=NOW)
    Batch.objects.update(state="submitting")
    retry = {claim.recipients[0].subscriber_id: Failure(reason="try_again")}
    outcomes.record(
        claim=claim,
        answer=Answer(kind=Kind.ACCEPTED, retry=retry),
        progress=Progress(claim=claim, clock=Clock()),
        now=NOW,
    )
    held = claim_batch(now=NOW + timedelta(minutes=16))
    assert held is not None
    Batch.objects.filter(pk=held.batch.pk).update(state="pending", not_before=NOW + 5 * HOUR)
    ProviderState.objects.update(not_before=NOW + HOUR, closed="throttled")
    before = list(Batch.objects.order_by("pk").values("state", "lease_until", "not_before"))

    recovery.sweep(now=NOW)

    assert list(Batch.objects.order_by("pk").values("state", "lease_until", "not_before")) == before
    assert ProviderState.objects.get().not_before == NOW + HOUR


def test_a_provider_that_is_closed_until_the_future_is_opened(digest, database):
    ProviderState.objects.create(
        name="outbox", not_before=NOW + DAYS, closed="breaker", reason="It did not answer.",
        probe_until=NOW + DAYS, refilled_at=NOW + DAYS, day=(NOW + DAYS).date(), sent_today=70,
    )  # fmt: skip

    recovery.sweep(now=NOW)
    drain.drain()

    state = ProviderState.objects.get()
    assert ledger.check(digest) == {"accepted": 3}
    assert (state.not_before, state.closed, state.probe_until) == (None, "", None)
    assert (state.day, state.sent_today) == (NOW.date(), 73), "what was counted stays"


def test_a_digest_whose_turn_lies_in_the_future_does_not_come_last(digest, database):
    Digest.objects.update(served_at=NOW + DAYS)
    other = _sending(2)
    Digest.objects.filter(pk=other.pk).update(served_at=NOW)

    recovery.sweep(now=NOW)

    claim = claim_batch(now=NOW)
    assert claim is not None
    assert claim.batch.digest_id == digest.pk


# --- Notices ---


@AHEAD
def test_a_notice_from_the_future_does_not_wait_for_it(database, ahead):
    """Written by a web server whose clock was ahead."""
    notice = _queue()
    Notice.objects.update(not_before=NOW + ahead, created_at=NOW + ahead)

    notice_sending.send_due()

    notice.refresh_from_db()
    assert notice.state == "accepted"


@AHEAD
@pytest.mark.parametrize("state", ["claimed", "submitting"])
def test_a_notice_that_is_held_from_the_future_comes_back(database, ahead, state):
    notice = _queue()
    Notice.objects.update(state=state, lease_until=NOW + ahead, token=uuid4())

    notice_sending.send_due()
    for seconds in (91, 91 + 121):
        database(timedelta(seconds=seconds))
        notice_sending.send_due()

    notice.refresh_from_db()
    assert notice.state == "accepted"
    assert OutboxMail.objects.count() == 1


# --- Planning: what cannot be taken back waits for both clocks ---


@pytest.mark.parametrize(
    ("database_at", "machine_at", "state"),
    [
        (timedelta(), timedelta(), "preparing"),
        (DAYS, -HOUR, "scheduled"),
        (HOUR, -HOUR, "scheduled"),
        (-HOUR, DAYS, "scheduled"),
        (-DAYS, timedelta(), "scheduled"),
    ],
)
def test_a_digest_is_released_when_both_clocks_say_so(
    database, machine, database_at, machine_at, state
):
    digest = make_scheduled_digest(make_newsletter())
    database(database_at)
    machine(machine_at)

    tasks.plan_digests()

    digest.refresh_from_db()
    assert digest.state == state


def test_two_clocks_that_differ_are_logged(database, caplog):
    database(HOUR)
    assert clock.earlier_now() == NOW
    assert "clocks_differ" in caplog.text
