"""A call over several connections breaks: each reader of the open windows is recorded exactly."""

from collections import Counter
from datetime import timedelta

import pytest

from newsletter.delivery import drain
from newsletter.delivery.shapes import smtp as shape
from newsletter.models import Batch, DeliveryException, Digest
from subscribers.mailing.smtp import kept
from tests.factories import make_readers
from tests.newsletter.delivery import ledger
from tests.relay import Cut, Heard, ScriptedRelay, scripted_relay

pytestmark = pytest.mark.django_db


@pytest.fixture
def relay(settings, monkeypatch):
    with scripted_relay(delay=0.005) as server:
        settings.EMAIL_PROVIDERS = ["smtp"]
        settings.EMAIL_URL = f"{server.url}?connections=6"
        yield server
        kept._forget()


def state_of(digest: Digest, reader_id: int) -> str:
    exception = DeliveryException.objects.filter(digest=digest, subscriber_id=reader_id).first()
    if exception:
        return exception.state
    holding = Batch.objects.exclude(state=Batch.State.SPLIT)
    return holding.get(digest=digest, low__lt=reader_id, high__gte=reader_id).state


def nobody_twice(relay: ScriptedRelay) -> None:
    assert max(Counter(relay.readers).values()) == 1, "I1: somebody was mailed twice"


def cut_the_text_of(number: int, readers):
    """Hang up instead of answering for this reader's mail."""
    address = readers[number].address

    def script(heard: Heard) -> Cut | None:
        return Cut() if heard.verb == "TEXT" and heard.words == address else None

    return script


def test_only_the_reader_without_an_answer_is_unknown_among_others(
    newsletter, release, relay: ScriptedRelay, travel
):
    readers = make_readers(newsletter, 60)
    digest = release(newsletter)
    relay.script = cut_the_text_of(20, readers)

    drain.drain()

    counts = ledger.check(digest)
    assert counts["unknown"] == 1
    assert state_of(digest, readers[20].pk) == "unknown"
    assert counts["accepted"] == len(relay.mails)
    mailed = set(relay.readers)
    for reader in readers:
        if reader.address in mailed:
            assert state_of(digest, reader.pk) == "accepted"
    assert counts["pending"] + counts["retry"] == 60 - 1 - len(mailed)

    relay.script = lambda heard: None
    travel(timedelta(minutes=1))
    drain.drain()

    assert ledger.check(digest) == {"accepted": 59, "unknown": 1}
    assert len(relay.mails) == 59
    nobody_twice(relay)
    assert digest.state == Digest.State.SENT


def test_the_first_of_all_without_an_answer_leaves_the_others_accepted(
    newsletter, release, relay: ScriptedRelay, travel
):
    readers = make_readers(newsletter, 6)
    digest = release(newsletter)
    relay.script = cut_the_text_of(0, readers)

    drain.drain()
    travel(timedelta(minutes=1))
    drain.drain()

    assert ledger.check(digest) == {"accepted": 5, "unknown": 1}
    assert state_of(digest, readers[0].pk) == "unknown"
    nobody_twice(relay)
    assert digest.state == Digest.State.SENT


def test_all_connections_break_at_once(newsletter, release, relay: ScriptedRelay, travel):
    make_readers(newsletter, 60)
    digest = release(newsletter)
    seen: list[Heard] = []

    def script(heard: Heard) -> Cut | None:
        if heard.verb != "TEXT":
            return None
        seen.append(heard)
        return Cut() if len(seen) > 25 else None

    relay.script = script
    drain.drain()

    counts = ledger.check(digest)
    in_doubt = {heard.words for heard in seen[25:]}
    assert counts["unknown"] == len(in_doubt) <= 6
    assert counts["accepted"] == 25

    relay.script = lambda heard: None
    travel(timedelta(minutes=1))
    drain.drain()

    assert ledger.check(digest) == {"accepted": 60 - len(in_doubt), "unknown": len(in_doubt)}
    nobody_twice(relay)
    assert not in_doubt & set(relay.readers)


def test_a_follow_up_that_breaks_is_recorded_as_exactly(
    newsletter, release, relay: ScriptedRelay, travel
):
    readers = make_readers(newsletter, 30)
    digest = release(newsletter)
    relay.script = lambda heard: "451 4.2.2 full" if heard.verb == "RCPT" else None
    drain.drain()
    assert ledger.check(digest) == {"retry": 30}

    relay.script = cut_the_text_of(3, readers)
    travel(timedelta(minutes=16))
    drain.drain()
    counts = ledger.check(digest)
    assert counts["unknown"] == 1
    assert counts["accepted"] == len(relay.mails)
    assert state_of(digest, readers[3].pk) == "unknown"

    relay.script = lambda heard: None
    travel(timedelta(minutes=1))
    drain.drain()

    assert ledger.check(digest) == {"accepted": 29, "unknown": 1}
    nobody_twice(relay)
    assert digest.state == Digest.State.SENT


def test_those_who_never_left_do_not_wait_longer_for_it(
    newsletter, release, relay: ScriptedRelay, travel
):
    """Being given back is no attempt: a mailbox that is full later waits its first 15 minutes."""
    readers = make_readers(newsletter, 40)
    digest = release(newsletter)
    relay.script = cut_the_text_of(2, readers)
    drain.drain()

    waiting = DeliveryException.objects.filter(digest=digest, state="retry")
    assert set(waiting.values_list("attempts", flat=True)) <= {0}
    assert ledger.check(digest)["unknown"] == 1


def test_a_mail_that_is_too_large_for_the_relay_pauses_the_digest_and_fails_nobody(
    newsletter, release, relay: ScriptedRelay
):
    relay.extensions = ["PIPELINING", "SIZE 500"]
    make_readers(newsletter, 3)
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"pending": 3}
    assert digest.state == Digest.State.PAUSED
    assert "the relay takes 500" in Batch.objects.get().answer
    assert "MAIL" not in relay.verbs()


def test_a_fault_of_our_own_in_mid_call_forgets_no_answer(
    newsletter, release, relay: ScriptedRelay, monkeypatch
):
    readers = make_readers(newsletter, 30)
    digest = release(newsletter)
    refused = readers[2].address
    relay.script = lambda heard: (
        "550 5.1.1 nobody" if heard.verb == "RCPT" and refused in heard.words else None
    )
    monkeypatch.setattr(shape, "WINDOW", 10)
    wait = shape._Call._wait

    def break_down(call, exchange, *, open_at_most):
        wait(call, exchange, open_at_most=open_at_most)
        raise RuntimeError("a bug")

    monkeypatch.setattr(shape._Call, "_wait", break_down)
    drain.drain()

    counts = ledger.check(digest)
    assert counts["failed"] == 1
    assert counts["accepted"] >= 9
    assert counts["accepted"] <= len(relay.mails) <= counts["accepted"] + counts["unknown"]
    assert counts["unknown"] <= 6
