"""How far a relay came with a batch when something stopped it: who was mailed, who was not."""

import time
from datetime import timedelta

import pytest

from newsletter.delivery import drain, outcomes, recovery, submission
from newsletter.delivery.shapes import Progress
from newsletter.delivery.shapes import smtp as shape
from newsletter.models import Batch, Digest
from subscribers.clock import Clock
from subscribers.mailing import smtp
from subscribers.models import Suppression
from tests.factories import NOW, make_readers
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.claiming import claim_batch
from tests.providers import Relay

pytestmark = pytest.mark.django_db


def test_only_the_reader_whose_answer_never_came_is_unknown(
    newsletter, release, relay: Relay, travel
):
    make_readers(newsletter, 10)
    digest = release(newsletter)
    relay.cut_after_body = 4

    drain.drain()
    assert ledger.check(digest) == {"accepted": 3, "unknown": 1, "pending": 6}

    relay.cut_after_body = None
    travel(timedelta(seconds=40))
    drain.drain()
    assert ledger.check(digest) == {"accepted": 9, "unknown": 1}
    assert len(relay.messages) == 10
    assert digest.state == Digest.State.SENT


def test_a_pause_stops_after_the_open_window(newsletter, release, relay: Relay, monkeypatch):
    monkeypatch.setattr(shape, "WINDOW", 5)
    make_readers(newsletter, 20)
    digest = release(newsletter)

    send = shape._send_window

    def window_then_pause(*arguments):
        send(*arguments)
        if len(relay.messages) == 10:
            Digest.objects.filter(pk=digest.pk).update(state=Digest.State.PAUSED)

    monkeypatch.setattr(shape, "_send_window", window_then_pause)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 10, "pending": 10}
    split = Batch.objects.get(state=Batch.State.SPLIT)
    assert [one.size for one in split.children.order_by("low")] == [10, 10]


def test_a_pause_while_the_relay_greets_calls_nobody_accepted(
    newsletter, release, relay: Relay, monkeypatch
):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    connect = smtp.Connection.__enter__

    def connect_then_pause(connection):
        opened = connect(connection)
        Digest.objects.filter(pk=digest.pk).update(state=Digest.State.PAUSED)
        return opened

    monkeypatch.setattr(smtp.Connection, "__enter__", connect_then_pause)
    drain.drain()

    assert relay.messages == []
    assert ledger.check(digest) == {"pending": 3}


def test_a_pause_while_the_relay_greets_leaves_a_follow_up_waiting(
    newsletter, release, relay: Relay, monkeypatch, travel
):
    readers = make_readers(newsletter, 2)
    relay.rcpt[readers[1].address] = "451 4.3.0 greylisted"
    digest = release(newsletter)
    drain.drain()
    relay.rcpt.clear()
    travel(timedelta(minutes=16))
    monkeypatch.setattr(Progress, "open_window", lambda *_, **__: False)

    drain.drain()

    assert len(relay.messages) == 1
    assert ledger.check(digest) == {"accepted": 1, "retry": 1}


def test_a_relay_that_hangs_up_after_a_refusal_does_not_hold_up_the_others(
    newsletter, release, relay: Relay, travel
):
    readers = make_readers(newsletter, 3)
    relay.rcpt[readers[0].address] = "550 5.7.1 goodbye"
    relay.hang_up_after_refusal = True
    digest = release(newsletter)

    drain.drain()
    travel(timedelta(seconds=30))
    drain.drain()

    assert ledger.check(digest) == {"accepted": 2, "failed": 1}


def test_the_last_reader_refused_by_a_relay_that_hangs_up_ends_the_batch(
    newsletter, release, relay: Relay
):
    readers = make_readers(newsletter, 3)
    relay.rcpt[readers[2].address] = "550 5.7.1 goodbye"
    relay.hang_up_after_refusal = True
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 2, "failed": 1}
    assert digest.state == Digest.State.SENT


def test_a_slow_relay_gives_the_rest_back_within_a_window(
    newsletter, release, relay: Relay, monkeypatch
):
    make_readers(newsletter, 10)
    digest = release(newsletter)
    monkeypatch.setattr(shape, "MOST_SECONDS", 0.2)

    def slowly(_envelope):
        time.sleep(0.08)
        return "250 taken"

    relay.data = slowly
    claim = claim_batch(provider="smtp", now=NOW)
    clock = Clock()
    answer, progress = submission.submit(claim=claim, clock=clock)
    outcomes.record(claim=claim, answer=answer, progress=progress, now=NOW)

    assert 1 < len(relay.messages) < 10
    mailed = len(relay.messages)
    assert ledger.check(digest) == {"accepted": mailed, "pending": 10 - mailed}


def test_a_death_forgets_nobody_whom_the_relay_refused(
    newsletter, release, relay: Relay, monkeypatch
):
    monkeypatch.setattr(shape, "WINDOW", 5)
    readers = make_readers(newsletter, 15)
    relay.rcpt[readers[1].address] = "550 5.1.1 no such user"
    relay.rcpt[readers[2].address] = "451 4.3.0 greylisted"
    digest = release(newsletter)
    send = shape._send_window

    def die_in_the_second(*arguments):
        if len(relay.messages) >= 3:
            raise SystemExit
        send(*arguments)

    monkeypatch.setattr(shape, "_send_window", die_in_the_second)
    with pytest.raises(SystemExit):
        drain.drain()
    recovery.sweep(now=NOW + timedelta(seconds=91))

    assert ledger.check(digest) == {
        "accepted": 3,
        "failed": 1,
        "retry": 1,
        "unknown": 5,
        "pending": 5,
    }
    assert Suppression.objects.get().address_hash == readers[1].address_hash
