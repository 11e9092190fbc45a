"""How far a relay came with a batch when something stopped it: who was mailed, who was not."""

import time
from datetime import timedelta

import pytest

from newsletter.delivery import drain, recovery, stopping
from newsletter.delivery.shapes import Progress
from newsletter.delivery.shapes import smtp as shape
from newsletter.models import Batch, Digest
from subscribers.mailing import smtp
from subscribers.models import Suppression
from tests.factories import NOW, make_readers
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.claiming import carry, claim_batch
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


def _pause(digest: Digest) -> None:
    Digest.objects.filter(pk=digest.pk).update(state=Digest.State.PAUSED)


def test_a_pause_stops_after_the_open_windows(newsletter, release, relay: Relay, monkeypatch):
    """Both open windows may have left; no third one is opened."""
    monkeypatch.setattr(shape, "WINDOW", 5)
    make_readers(newsletter, 30)
    digest = release(newsletter)
    open_window = Progress.open_window

    def pause_then_open(progress, **arguments):
        if progress.submitted_to is not None:
            _pause(digest)
        return open_window(progress, **arguments)

    monkeypatch.setattr(Progress, "open_window", pause_then_open)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 10, "pending": 20}
    assert len(relay.messages) == 10
    split = Batch.objects.get(state=Batch.State.SPLIT)
    assert [one.size for one in split.children.order_by("low")] == [10, 20]


def test_never_more_than_two_windows_are_open(newsletter, release, relay: Relay, monkeypatch):
    make_readers(newsletter, 400)
    digest = release(newsletter)
    open_window = Progress.open_window
    at_once, ids = [], []

    def count(progress, *, submitted_to, refused):
        ids[:] = ids or [one.subscriber_id for one in progress.claim.recipients]
        acked = progress.acked_to
        first = ids.index(acked) + 1 if acked is not None else 0
        at_once.append(ids.index(submitted_to) + 1 - first)
        return open_window(progress, submitted_to=submitted_to, refused=refused)

    monkeypatch.setattr(Progress, "open_window", count)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 400}
    assert max(at_once) == 100


def test_a_pause_while_the_relay_greets_calls_nobody_accepted(
    newsletter, release, relay: Relay, monkeypatch
):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    begin = smtp.Exchange.begin

    def connect_then_pause(exchange, **arguments):
        begin(exchange, **arguments)
        _pause(digest)

    monkeypatch.setattr(smtp.Exchange, "begin", connect_then_pause)
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
    monkeypatch.setattr(smtp, "MOST_SECONDS", 0.2)

    def slowly(_envelope):
        time.sleep(0.08)
        return "250 taken"

    relay.data = slowly
    claim = claim_batch(provider="smtp", now=NOW)
    carry(claim, now=NOW)

    mailed = len(relay.messages)
    assert 0 < mailed < 10
    assert ledger.check(digest) == {"accepted": mailed, "pending": 10 - mailed}


def test_a_worker_that_is_told_to_stop_leaves_what_the_relay_has_not_yet_got(
    newsletter, release, relay: Relay, monkeypatch
):
    make_readers(newsletter, 60)
    digest = release(newsletter)
    monkeypatch.setattr(stopping, "is_asked", lambda: len(relay.messages) >= 2)

    def slowly(_envelope):
        time.sleep(0.1)
        return "250 taken"

    relay.data = slowly
    claim = claim_batch(provider="smtp", now=NOW)
    carry(claim, now=NOW)

    mailed = len(relay.messages)
    assert 2 <= mailed < 60
    assert ledger.check(digest) == {"accepted": mailed, "pending": 60 - mailed}


def test_a_death_forgets_nobody_whom_the_relay_refused(
    newsletter, release, relay: Relay, monkeypatch
):
    monkeypatch.setattr(shape, "WINDOW", 5)
    readers = make_readers(newsletter, 30)
    relay.rcpt[readers[1].address] = "550 5.1.1 no such user"
    relay.rcpt[readers[2].address] = "451 4.3.0 greylisted"
    digest = release(newsletter)
    open_window = Progress.open_window
    acked: list[int] = []

    def die_after_the_second(progress, **arguments):
        opened = open_window(progress, **arguments)
        if progress.acked_to is not None:
            acked.extend(one.pk for one in readers if one.pk <= progress.acked_to)
            raise SystemExit
        return opened

    monkeypatch.setattr(Progress, "open_window", die_after_the_second)
    with pytest.raises(SystemExit):
        drain.drain()
    recovery.sweep(now=NOW + timedelta(seconds=91))

    counts = ledger.check(digest)
    assert (counts["failed"], counts["retry"]) == (1, 1)
    assert counts["accepted"] == len(acked) - 2 >= 3
    assert counts["unknown"] == 10
    assert counts["pending"] == 30 - len(acked) - 10
    assert Suppression.objects.get().address_hash == readers[1].address_hash


def test_a_death_before_the_first_window_leaves_nobody_in_doubt(
    newsletter, release, relay: Relay, monkeypatch
):
    make_readers(newsletter, 5)
    digest = release(newsletter)

    def die(*_: object, **__: object) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr(smtp.Exchange, "begin", die)
        with pytest.raises(SystemExit):
            drain.drain()
    assert Batch.objects.get().state == Batch.State.SUBMITTING
    recovery.sweep(now=NOW + timedelta(seconds=91))
    assert ledger.check(digest) == {"pending": 5}

    drain.drain()
    assert len(relay.messages) == 5
