"""Those who got nothing for causes not their own can be sent it later; nobody else is."""

from datetime import timedelta

import pytest
from django.db import transaction

from newsletter.delivery import cancelling, drain, exceptions, missed, preparation, unanswered
from newsletter.delivery.counts import counts
from newsletter.digests import lifecycle
from newsletter.models import Batch, DeliveryException, Digest
from subscribers.mailing.answers import Answer, Failure, Kind
from tests.clocks import set_clocks
from tests.factories import NOW, make_digest, make_readers, make_scheduled_digest, make_staff
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.answering import accepted, in_turn, scripted
from tests.newsletter.delivery.claiming import take_one_batch
from tests.newsletter.delivery.machine import standing


def _missed(digest: Digest) -> list[int]:
    """Who would wait for it once it is sent to those missed; then all is as it was."""
    waited, point = _waiting(digest), transaction.savepoint()
    missed.send(digest_id=digest.pk, by=make_staff(), now=NOW)
    found = sorted(_waiting(digest) - waited)
    transaction.savepoint_rollback(point)
    return found


def _waiting(digest: Digest) -> set[int]:
    here = [one for one in standing.readers() if one.digest_id == digest.pk]
    return {one.subscriber_id for one in here if one.state in {"pending", "retry"}}


def test_a_call_that_failed_five_times_leaves_its_readers_missed(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 5)
    digest = release(newsletter)
    Batch.objects.update(state="failed", finished_at=NOW)
    lifecycle.finish(digest_id=digest.pk, now=NOW)
    assert _missed(digest) == [one.pk for one in readers]

    assert missed.send(digest_id=digest.pk, by=make_staff(), now=NOW) == 5
    drain.drain()

    assert ledger.check(digest) == {"accepted": 5}
    assert digest.state == Digest.State.SENT


def test_whose_mailbox_does_not_exist_was_not_missed(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 3)
    failed = {
        readers[0].pk: Failure(reason="bad_mailbox"),
        readers[1].pk: Failure(reason="try_again"),
    }
    scripted(monkeypatch, in_turn(Answer(kind=Kind.ACCEPTED, failed=failed)))
    digest = release(newsletter)
    drain.drain()

    assert _missed(digest) == [readers[1].pk]
    found = counts(digest_ids=[digest.pk])[digest.pk]
    assert missed.count(digest_id=digest.pk, found=found) == 1


def test_a_cancelled_mail_can_go_to_those_it_had_not_reached(newsletter, release, monkeypatch):
    make_readers(newsletter, 1_500)
    provider = scripted(monkeypatch, accepted)
    digest = release(newsletter)
    take_one_batch()
    cancelling.cancel(digest_id=digest.pk, by=None, now=NOW)
    assert ledger.check(digest) == {"accepted": 1_000, "cancelled": 500}

    assert missed.send(digest_id=digest.pk, by=make_staff(), now=NOW) == 500
    drain.drain()

    assert ledger.check(digest) == {"accepted": 1_500}
    assert [len(ids) for ids in provider.calls] == [1_000, 500]


def test_sending_to_many_who_were_missed_costs_no_row_of_a_reader(newsletter, release):
    make_readers(newsletter, 2_500)
    digest = release(newsletter)
    cancelling.cancel(digest_id=digest.pk, by=None, now=NOW)

    assert missed.send(digest_id=digest.pk, by=make_staff(), now=NOW) == 2_500

    assert not DeliveryException.objects.exists()
    assert ledger.check(digest) == {"pending": 2_500}


def test_a_cancelled_mail_whose_date_is_taken_stays_cancelled(newsletter, release):
    make_readers(newsletter, 5)
    digest = release(newsletter)
    cancelling.cancel(digest_id=digest.pk, by=None, now=NOW)
    make_digest(newsletter, occurrence=digest.occurrence)

    with pytest.raises(lifecycle.DateTaken):
        missed.send(digest_id=digest.pk, by=make_staff(), now=NOW)

    assert ledger.check(digest) == {"cancelled": 5}


def test_those_unknown_were_not_missed(newsletter, release, monkeypatch):
    make_readers(newsletter, 5)
    scripted(monkeypatch, in_turn(Answer(kind=Kind.UNKNOWN)))
    digest = release(newsletter)
    drain.drain()

    assert _missed(digest) == []
    assert missed.send(digest_id=digest.pk, by=make_staff(), now=NOW) == 0
    assert digest.state == Digest.State.SENDING or ledger.check(digest) == {"unknown": 5}


def test_ranges_that_do_not_follow_each_other_are_each_named(newsletter, release):
    readers = make_readers(newsletter, 2_500)
    digest = release(newsletter)
    batches = list(Batch.objects.order_by("low"))
    Batch.objects.filter(pk__in=[batches[0].pk, batches[2].pk]).update(state="failed")
    exceptions.write(
        digest_id=digest.pk,
        new=DeliveryException.State.LEFT,
        failures={readers[3].pk: Failure(reason="unsubscribed")},
        now=NOW,
    )

    wanted = [one.pk for one in (*readers[:3], *readers[4:1_000], *readers[2_000:])]
    assert _missed(digest) == wanted
    found = counts(digest_ids=[digest.pk])[digest.pk]
    assert missed.count(digest_id=digest.pk, found=found) == 1_499


def test_who_is_still_to_be_prepared_is_not_lost(newsletter, monkeypatch):
    monkeypatch.setattr(preparation, "FIRST_PIECE", 5)
    make_readers(newsletter, 12)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    preparation._prepare_piece(digest_id=digest.pk, now=NOW)
    Batch.objects.update(state="failed", finished_at=NOW)

    assert missed.send(digest_id=digest.pk, by=make_staff(), now=NOW) == 5
    preparation.prepare(digest_id=digest.pk, now=NOW)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 12}


def test_nobody_is_added_to_one_that_was_cancelled_while_it_was_prepared(newsletter, monkeypatch):
    monkeypatch.setattr(preparation, "FIRST_PIECE", 5)
    make_readers(newsletter, 12)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    preparation._prepare_piece(digest_id=digest.pk, now=NOW)
    cancelling.cancel(digest_id=digest.pk, by=None, now=NOW)

    assert missed.send(digest_id=digest.pk, by=make_staff(), now=NOW) == 5
    preparation.prepare(digest_id=digest.pk, now=NOW)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 5}


def test_who_waits_to_be_sent_an_unknown_one_again_is_unknown_when_it_is_cancelled(
    newsletter, release, monkeypatch
):
    make_readers(newsletter, 5)
    scripted(monkeypatch, in_turn(Answer(kind=Kind.UNKNOWN)))
    digest = release(newsletter)
    drain.drain()
    later = NOW + timedelta(minutes=16)
    assert unanswered.send_again(digest_id=digest.pk, by=make_staff(), now=later) == 5

    cancelling.cancel(digest_id=digest.pk, by=None, now=later)

    assert _missed(digest) == []
    assert ledger.check(digest) == {"unknown": 5}


def test_who_was_refused_when_sent_again_may_have_the_first_and_was_not_missed(
    newsletter, release, monkeypatch
):
    readers = make_readers(newsletter, 2)
    full = Failure(reason="mailbox_full")
    answers = [
        Answer(kind=Kind.UNKNOWN),
        Answer(kind=Kind.ACCEPTED, failed={readers[0].pk: full}),
    ]
    scripted(monkeypatch, in_turn(*answers))
    digest = release(newsletter)
    drain.drain()
    later = NOW + timedelta(minutes=16)
    set_clocks(monkeypatch, lambda: later)
    unanswered.send_again(digest_id=digest.pk, by=make_staff(), now=later)
    drain.drain()

    assert _missed(digest) == []


def test_who_is_put_off_when_sent_again_is_still_one_who_may_have_it(
    newsletter, release, monkeypatch
):
    reader, *_ = make_readers(newsletter, 2)
    busy = Failure(reason="greylisted")
    answers = [Answer(kind=Kind.UNKNOWN), Answer(kind=Kind.ACCEPTED, retry={reader.pk: busy})]
    scripted(monkeypatch, in_turn(*answers))
    digest = release(newsletter)
    drain.drain()
    later = NOW + timedelta(minutes=16)
    set_clocks(monkeypatch, lambda: later)
    unanswered.send_again(digest_id=digest.pk, by=make_staff(), now=later)
    drain.drain()
    assert ledger.check(digest, by_hand=True) == {"accepted": 1, "retry": 1}

    cancelling.cancel(digest_id=digest.pk, by=None, now=later)

    assert ledger.check(digest, by_hand=True) == {"accepted": 1, "unknown": 1}
    assert _missed(digest) == []
