"""A digest that is called off: whoever still waits for it is cancelled, whatever was going on."""

from datetime import timedelta

import pytest

from newsletter.delivery import cancelling, claims, outcomes, recovery, submission
from newsletter.delivery.shapes import Progress
from newsletter.models import Batch, Digest, ExceptionChange
from subscribers.clock import Clock
from subscribers.mailing.answers import Answer, Failure, Kind
from tests.factories import NOW, make_readers
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.claiming import claim_batch

pytestmark = pytest.mark.django_db


def _submitted(**answer) -> claims.Claim:
    """A claim whose call has ended with this answer."""
    claim = claim_batch(now=NOW)
    Batch.objects.filter(pk=claim.batch.pk).update(state=Batch.State.SUBMITTING)
    if answer:
        _record(claim, **answer)
    return claim


def _record(claim: claims.Claim, **answer) -> None:
    progress = Progress(claim=claim, clock=Clock())
    outcomes.record(claim=claim, answer=Answer(**answer), progress=progress, now=NOW)


def _cancel(digest: Digest) -> None:
    assert cancelling.cancel(digest_id=digest.pk, by=None, now=NOW)


def test_readers_who_wait_for_another_try_are_cancelled_with_it(newsletter, release):
    first, *_ = make_readers(newsletter, 3)
    digest = release(newsletter)
    _submitted(kind=Kind.ACCEPTED, retry={first.pk: Failure(reason="greylisted")})

    _cancel(digest)

    assert ledger.check(digest) == {"accepted": 2, "cancelled": 1}
    last = ExceptionChange.objects.order_by("pk").last()
    assert (last.subscriber_id, last.old, last.new) == (first.pk, "retry", "cancelled")


def test_a_claim_that_comes_too_late_is_cancelled(newsletter, release):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    claim = claim_batch(now=NOW)
    _cancel(digest)

    assert submission.submit(claim=claim, clock=Clock()) is None

    assert ledger.check(digest) == {"cancelled": 3}


def test_a_follow_up_that_comes_too_late_takes_its_readers_with_it(newsletter, release):
    readers = make_readers(newsletter, 3)
    digest = release(newsletter)
    _submitted(kind=Kind.ACCEPTED, retry={one.pk: Failure(reason="later") for one in readers})
    claim = claim_batch(now=NOW + timedelta(minutes=16))
    _cancel(digest)

    assert submission.submit(claim=claim, clock=Clock()) is None

    assert ledger.check(digest) == {"cancelled": 3}


@pytest.mark.parametrize("kind", [Kind.NOT_SENT, Kind.THROTTLED, Kind.NOT_ACCEPTED])
def test_what_was_with_the_provider_and_came_back_is_cancelled(newsletter, release, kind):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    claim = _submitted()
    _cancel(digest)

    _record(claim, kind=kind)

    recovery.sweep(now=NOW)
    assert ledger.check(digest) == {"cancelled": 3}


def test_what_the_provider_took_meanwhile_stays_accepted(newsletter, release):
    first, *_ = make_readers(newsletter, 3)
    digest = release(newsletter)
    claim = _submitted()
    _cancel(digest)

    _record(claim, kind=Kind.ACCEPTED, retry={first.pk: Failure(reason="later")})

    recovery.sweep(now=NOW)
    assert ledger.check(digest) == {"accepted": 2, "cancelled": 1}


def test_a_claim_of_a_dead_worker_is_cancelled(newsletter, release):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    claim_batch(now=NOW)
    _cancel(digest)

    recovery.sweep(now=NOW + timedelta(seconds=91))

    assert ledger.check(digest) == {"cancelled": 3}
