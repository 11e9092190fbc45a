"""Those who got nothing for causes not their own can be sent it later; nobody else is."""

import pytest

from newsletter.delivery import cancelling, drain, exceptions, resending
from newsletter.delivery.counts import counts
from newsletter.digests import lifecycle
from newsletter.models import Batch, DeliveryException, Digest
from subscribers.mailing.answers import Answer, Failure, Kind
from tests.factories import NOW, make_digest, make_readers, make_staff
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.answering import accepted, in_turn, scripted
from tests.newsletter.delivery.claiming import take_one_batch


def _missed(digest: Digest) -> list[int]:
    return resending.missed(digest_id=digest.pk)


def test_a_call_that_failed_five_times_leaves_its_readers_missed(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 5)
    digest = release(newsletter)
    Batch.objects.update(state="failed", finished_at=NOW)
    lifecycle.finish(digest_id=digest.pk, now=NOW)
    assert _missed(digest) == [one.pk for one in readers]

    assert resending.send_to_missed(digest_id=digest.pk, by=make_staff(), now=NOW) == 5
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
    assert resending.count_missed(digest_id=digest.pk, found=found) == 1


def test_a_cancelled_mail_can_go_to_those_it_had_not_reached(newsletter, release, monkeypatch):
    make_readers(newsletter, 1_500)
    provider = scripted(monkeypatch, accepted)
    digest = release(newsletter)
    take_one_batch()
    cancelling.cancel(digest_id=digest.pk, by=None, now=NOW)
    assert ledger.check(digest) == {"accepted": 1_000, "cancelled": 500}

    assert resending.send_to_missed(digest_id=digest.pk, by=make_staff(), now=NOW) == 500
    drain.drain()

    assert ledger.check(digest) == {"accepted": 1_500}
    assert [len(ids) for ids in provider.calls] == [1_000, 500]


def test_a_cancelled_mail_whose_date_is_taken_stays_cancelled(newsletter, release):
    make_readers(newsletter, 5)
    digest = release(newsletter)
    cancelling.cancel(digest_id=digest.pk, by=None, now=NOW)
    make_digest(newsletter, occurrence=digest.occurrence)

    with pytest.raises(lifecycle.DateTaken):
        resending.send_to_missed(digest_id=digest.pk, by=make_staff(), now=NOW)

    assert ledger.check(digest) == {"cancelled": 5}


def test_those_unknown_were_not_missed(newsletter, release, monkeypatch):
    make_readers(newsletter, 5)
    scripted(monkeypatch, in_turn(Answer(kind=Kind.UNKNOWN)))
    digest = release(newsletter)
    drain.drain()

    assert _missed(digest) == []
    assert resending.send_to_missed(digest_id=digest.pk, by=make_staff(), now=NOW) == 0
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
    assert resending.count_missed(digest_id=digest.pk, found=found) == 1_499
