"""A call that is refused without a name is halved until the reader at fault stands alone."""

from datetime import timedelta

from newsletter.delivery import bisection, control, drain, recovery
from newsletter.models import Batch, DeliveryException, Digest
from subscribers.models import Notice
from tests.factories import NOW, make_readers, make_staff
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.answering import accepted, refused_for, scripted
from tests.newsletter.delivery.claiming import claim_batch


def test_one_reader_at_fault_fails_alone(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 100)
    provider = scripted(monkeypatch, refused_for([readers[37].pk]))
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 99, "failed": 1}
    assert digest.state == Digest.State.SENT
    failed = DeliveryException.objects.get()
    assert (failed.subscriber_id, failed.reason) == (readers[37].pk, "refused")
    assert len(provider.calls) < 20


def test_several_readers_at_fault_fail_and_nobody_else(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 200)
    bad = {readers[n].pk for n in (0, 1, 99, 100, 150, 199)}
    scripted(monkeypatch, refused_for(bad))
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 194, "failed": 6}
    assert set(DeliveryException.objects.values_list("subscriber_id", flat=True)) == bad


def test_a_mail_that_is_refused_for_everybody_pauses_after_a_few_calls(
    newsletter, release, monkeypatch
):
    readers = make_readers(newsletter, 3_000)
    make_staff(email="desk@daymark.example")
    provider = scripted(monkeypatch, refused_for([one.pk for one in readers]))
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"pending": 3_000}
    assert digest.state == Digest.State.PAUSED
    assert "for everybody it was tried for: 400 something is wrong" in digest.reason
    assert len(provider.calls) < 20
    assert Notice.objects.filter(kind=Notice.Kind.STAFF_ALERT).count() == 1


def test_after_the_pause_what_was_refused_is_tried_again(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 50)
    provider = scripted(monkeypatch, refused_for([one.pk for one in readers]))
    digest = release(newsletter)
    drain.drain()
    provider.verdict = accepted

    control.resume(digest_id=digest.pk, by=make_staff(), now=NOW)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 50}


def test_a_digest_of_one_reader_is_paused_not_failed(newsletter, release, monkeypatch):
    (reader,) = make_readers(newsletter, 1)
    scripted(monkeypatch, refused_for([reader.pk]))
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"pending": 1}
    assert digest.state == Digest.State.PAUSED


def test_nothing_else_of_the_digest_goes_meanwhile(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 2_000)
    scripted(monkeypatch, refused_for([readers[0].pk]))
    release(newsletter)
    batch = claim_batch(now=NOW).batch
    bisection.refuse(batch=batch, detail="400", now=NOW)

    first = claim_batch(now=NOW)

    assert first.batch.parent_id is None or first.batch.bisection == Batch.Bisection.UNTRIED
    assert claim_batch(now=NOW) is None


def test_a_follow_up_is_halved_too(newsletter, release, monkeypatch, travel):
    readers = make_readers(newsletter, 20)
    digest = release(newsletter)
    follow_up = Batch.objects.create(digest=digest, size=20, not_before=NOW)
    Batch.objects.filter(low__isnull=False).update(state=Batch.State.FAILED)
    DeliveryException.objects.bulk_create(
        DeliveryException(
            digest=digest, subscriber_id=one.pk, state="retry", follow_up=follow_up, updated_at=NOW
        )
        for one in readers
    )
    scripted(monkeypatch, refused_for([readers[3].pk]))

    drain.drain()

    assert ledger.check(digest) == {"accepted": 19, "failed": 1}


def test_the_sweep_goes_on_where_a_worker_died(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 40)
    scripted(monkeypatch, refused_for([readers[5].pk]))
    digest = release(newsletter)
    batch = claim_batch(now=NOW).batch
    # Died between parking the batch and parting it.
    Batch.objects.filter(pk=batch.pk).update(
        state=Batch.State.PENDING, bisection=Batch.Bisection.REFUSED, lease_until=None
    )

    recovery.sweep(now=NOW + timedelta(seconds=1))
    drain.drain()

    assert ledger.check(digest) == {"accepted": 39, "failed": 1}


def test_a_last_batch_of_one_fails_when_others_got_the_same_mail(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 1_001)
    provider = scripted(monkeypatch, refused_for([readers[-1].pk]))
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 1_000, "failed": 1}
    assert digest.state == Digest.State.SENT
    assert [len(ids) for ids in provider.calls] == [1_000, 1]


def test_when_a_person_goes_on_the_readers_at_fault_fail_alone(newsletter, release, monkeypatch):
    """They are so many that no half of ten is without one."""
    readers = make_readers(newsletter, 64)
    bad = {one.pk for one in readers[::8]}
    scripted(monkeypatch, refused_for(bad))
    digest = release(newsletter)
    drain.drain()
    ledger.check(digest)
    assert digest.state == Digest.State.PAUSED

    control.resume(digest_id=digest.pk, by=make_staff(), now=NOW)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 56, "failed": 8}
    assert digest.state == Digest.State.SENT


def test_readers_found_by_halves_count_for_the_brake(newsletter, release, monkeypatch):
    readers = make_readers(newsletter, 1_000)
    scripted(monkeypatch, refused_for([one.pk for one in readers[500::8]]))
    digest = release(newsletter)

    drain.drain()

    ledger.check(digest)
    assert digest.state == Digest.State.PAUSED
    assert digest.reason.startswith("Too many mails were refused")
