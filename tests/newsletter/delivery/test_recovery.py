"""What a worker left behind comes back, once."""

from datetime import timedelta
from uuid import uuid4

import pytest

from newsletter.delivery import drain, outcomes, preparation, recovery, submission
from newsletter.delivery.shapes import Progress
from newsletter.digests import lifecycle
from newsletter.models import Attempt, Batch, Digest, Slot
from subscribers.clock import Clock
from subscribers.mailing import limits
from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.providers import PROVIDERS
from subscribers.models import OutboxMail, ProviderState
from tests.factories import NOW, make_readers, make_scheduled_digest
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.claiming import claim_batch

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(seconds=91)


def test_a_claim_that_was_never_submitted_waits_again(newsletter, release, travel):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    claim_batch(now=NOW)

    recovery.sweep(now=NOW + timedelta(seconds=60))
    assert ledger.check(digest) == {"claimed": 3}

    recovery.sweep(now=LATER)
    assert ledger.check(digest) == {"pending": 3}
    travel(timedelta(seconds=91))
    drain.drain()
    assert ledger.check(digest) == {"accepted": 3}


def test_a_death_while_handing_over_is_unknown_and_never_sent_again(newsletter, release):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    claim = claim_batch(now=NOW)
    _submitting(claim)

    recovery.sweep(now=LATER)
    drain.drain()

    assert ledger.check(digest) == {"unknown": 3}
    assert digest.state == Digest.State.SENT
    assert Attempt.objects.get().token == claim.token
    assert not OutboxMail.objects.exists()


def test_the_holder_of_the_token_may_still_say_that_it_was_accepted(newsletter, release):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    claim = claim_batch(now=NOW)
    _submitting(claim)
    recovery.sweep(now=LATER)

    assert outcomes.record(
        claim=claim,
        answer=Answer(kind=Kind.ACCEPTED),
        progress=Progress(claim=claim, clock=Clock()),
        now=LATER,
    )

    assert ledger.check(digest) == {"accepted": 3}


def test_a_late_answer_cannot_make_a_finished_digest_wait_again(newsletter, release):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    claim = claim_batch(now=NOW)
    _submitting(claim)
    recovery.sweep(now=LATER)

    for answer in (
        Answer(kind=Kind.NOT_SENT),
        Answer(kind=Kind.ACCEPTED, retry={claim.recipients[0].subscriber_id: Failure("later")}),
    ):
        _record(claim, answer, now=LATER)
        counts = ledger.check(digest)
        assert digest.state == Digest.State.SENT
        assert not counts.keys() & {"pending", "retry"}, "I8"

    assert counts == {"accepted": 2, "failed": 1}


def test_a_late_answer_settles_the_readers_of_a_follow_up(newsletter, release):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    first = claim_batch(now=NOW)
    _submitting(first)
    retry = {one.subscriber_id: Failure(reason="later") for one in first.recipients}
    _record(first, Answer(kind=Kind.ACCEPTED, retry=retry), now=NOW)
    due = NOW + timedelta(minutes=16)
    follow_up = claim_batch(now=due)
    _submitting(follow_up)
    recovery.sweep(now=due + timedelta(seconds=91))
    assert ledger.check(digest) == {"unknown": 3}

    _record(follow_up, Answer(kind=Kind.ACCEPTED), now=due + timedelta(seconds=92))

    assert ledger.check(digest) == {"accepted": 3}


def test_an_older_claim_cannot_overwrite_a_later_one(newsletter, release):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    old = claim_batch(now=NOW)
    recovery.sweep(now=LATER)
    new = claim_batch(now=LATER)

    answer = Answer(kind=Kind.UNKNOWN)
    progress = Progress(claim=old, clock=Clock())
    assert not outcomes.record(claim=old, answer=answer, progress=progress, now=LATER)
    assert submission.submit(claim=old, clock=Clock()) is None

    batch = Batch.objects.get()
    assert (batch.state, batch.token) == (Batch.State.CLAIMED, new.token)
    assert ledger.check(digest) == {"claimed": 3}


def test_a_death_over_smtp_keeps_what_the_relay_acknowledged(newsletter, release):
    readers = make_readers(newsletter, 100)
    digest = release(newsletter)
    claim_batch(provider="smtp", now=NOW)
    Batch.objects.update(
        state=Batch.State.SUBMITTING, acked_to=readers[29].pk, submitted_to=readers[59].pk
    )

    recovery.sweep(now=LATER)

    assert ledger.check(digest) == {"accepted": 30, "unknown": 30, "pending": 40}


def test_a_preparation_that_stopped_is_found(newsletter, monkeypatch):
    make_readers(newsletter, 10)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    woken = []
    monkeypatch.setattr("newsletter.wake.send", lambda task, **ids: woken.append((task, ids)))

    recovery.sweep(now=NOW)

    assert ("newsletter.prepare_digest", {"digest_id": digest.pk}) in woken


def test_waiting_batches_wake_a_drain(newsletter, release, monkeypatch):
    make_readers(newsletter, 1_500)
    release(newsletter)
    woken = []
    monkeypatch.setattr("newsletter.wake.send", lambda task, **ids: woken.append(task))

    recovery.sweep(now=NOW)

    assert woken == ["newsletter.drain", "newsletter.drain"]


def test_trouble_with_one_thing_does_not_keep_the_rest_from_being_found(
    newsletter, release, monkeypatch
):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    claim_batch(now=NOW)
    woken = []
    monkeypatch.setattr("newsletter.wake.send", lambda task, **ids: woken.append(task))

    def break_down(*_, **__):
        raise RuntimeError("a bug")

    monkeypatch.setattr(recovery, "_recover_submitting", break_down)
    monkeypatch.setattr("newsletter.delivery.cancelling.settle", break_down)
    recovery.sweep(now=LATER)

    assert ledger.check(digest) == {"pending": 3}
    assert woken == ["newsletter.drain"]


def test_it_pauses_what_is_not_out_six_hours_after_its_release_and_only_once(newsletter, release):
    make_readers(newsletter, 10)
    digest = release(newsletter)
    late = NOW + timedelta(hours=6, seconds=1)

    recovery.sweep(now=late)
    digest.refresh_from_db()
    assert digest.state == Digest.State.PAUSED
    assert "6 hours" in digest.reason

    lifecycle.resume(digest_id=digest.pk, by=None, now=late)
    recovery.sweep(now=late)
    digest.refresh_from_db()
    assert digest.state == Digest.State.SENDING


def test_no_more_drains_run_than_there_are_slots(newsletter, release, monkeypatch):
    make_readers(newsletter, 10)
    digest = release(newsletter)
    drain.drain()
    Slot.objects.update(token=uuid4(), lease_until=NOW + timedelta(seconds=60))
    second = make_scheduled_digest(newsletter, occurrence="2026-11-25")
    lifecycle.release(digest_id=second.pk, now=NOW)
    preparation.prepare(digest_id=second.pk, now=NOW)

    drain.drain()
    assert ledger.check(second) == {"pending": 10}

    Slot.objects.update(lease_until=NOW - timedelta(seconds=1))
    drain.drain()
    assert ledger.check(second) == {"accepted": 10}
    assert ledger.check(digest) == {"accepted": 10}


def _submitting(claim) -> None:
    Batch.objects.filter(pk=claim.batch.pk).update(state=Batch.State.SUBMITTING)


def _record(claim, answer: Answer, *, now) -> bool:
    progress = Progress(claim=claim, clock=Clock())
    return outcomes.record(claim=claim, answer=answer, progress=progress, now=now)


def test_what_is_given_back_twice_counts_once(newsletter, release):
    """The word that it was written may be lost, and then it is tried again."""
    make_readers(newsletter, 5)
    digest = release(newsletter)
    limits.reserve(provider=PROVIDERS["outbox"], mails=100, now=NOW)
    claim = claim_batch(now=NOW)

    for _ in range(2):
        submission.give_back(claim=claim, clock=Clock())

    assert ledger.check(digest) == {"pending": 5}
    assert ProviderState.objects.get().sent_today == 100
