"""Freezing the audience."""

from datetime import timedelta
from itertools import pairwise

import pytest

from newsletter.delivery import preparation
from newsletter.digests import lifecycle
from newsletter.models import Batch, Delivery, Digest
from subscribers import suppression
from subscribers.models import Subscription
from tests.factories import (
    NOW,
    make_newsletter,
    make_reader,
    make_readers,
    make_scheduled_digest,
)
from tests.newsletter.delivery import ledger

pytestmark = pytest.mark.django_db


def test_it_freezes_those_who_are_deliverable_and_nobody_else(newsletter, release):
    reader = make_reader(newsletter)
    make_reader(newsletter, state=Subscription.State.PENDING)
    make_reader(newsletter, state=Subscription.State.ENDED)
    make_reader(make_newsletter())
    make_reader(newsletter, erased_at=NOW)
    bounced = make_reader(newsletter)
    suppression.suppress(
        address_hashes=[bounced.address_hash], reason="hard_bounce", detail="", now=NOW
    )

    digest = release(newsletter)

    assert list(Delivery.objects.values_list("digest_id", "subscriber_id")) == [
        (digest.pk, reader.pk)
    ]
    assert digest.audience_size == 1
    assert digest.state == Digest.State.SENDING
    assert digest.prepared_at == NOW


def test_it_covers_every_reader_with_batches_that_join(newsletter, release):
    make_readers(newsletter, 2_500)

    digest = release(newsletter)

    batches = list(Batch.objects.filter(digest=digest).order_by("low"))
    assert [one.size for one in batches] == [1_000, 1_000, 500]
    assert all(one.high == other.low for one, other in pairwise(batches))
    assert ledger.check(digest) == {"pending": 2_500}


def test_it_goes_on_where_a_piece_ended(newsletter, monkeypatch):
    monkeypatch.setattr(preparation, "FIRST_PIECE", 40)
    monkeypatch.setattr(preparation, "PIECE", 40)
    make_readers(newsletter, 100)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)

    preparation._prepare_piece(digest_id=digest.pk, now=NOW)
    digest.refresh_from_db()
    assert digest.audience_size == 40
    assert digest.state == Digest.State.SENDING
    assert digest.prepared_at is None

    preparation.prepare(digest_id=digest.pk, now=NOW)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    assert ledger.check(digest) == {"pending": 100}


def test_it_prepares_no_piece_of_a_paused_digest(newsletter):
    make_reader(newsletter)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    lifecycle.pause(digest_id=digest.pk, by=None, now=NOW)

    preparation.prepare(digest_id=digest.pk, now=NOW)

    assert not Delivery.objects.exists()


def test_it_is_sent_at_once_when_nobody_is_there(newsletter, release):
    assert release(newsletter).state == Digest.State.SENT


def test_one_that_was_stopped_while_it_was_prepared_says_when_it_began(newsletter):
    make_readers(newsletter, 5)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    lifecycle.pause(digest_id=digest.pk, by=None, now=NOW)

    lifecycle.resume(digest_id=digest.pk, by=None, now=NOW)

    digest.refresh_from_db()
    assert (digest.state, digest.sending_at) == (Digest.State.SENDING, NOW)


def test_one_that_goes_on_keeps_when_it_began(newsletter, release):
    make_readers(newsletter, 5)
    digest = release(newsletter)
    lifecycle.pause(digest_id=digest.pk, by=None, now=NOW)

    lifecycle.resume(digest_id=digest.pk, by=None, now=NOW + timedelta(hours=1))

    digest.refresh_from_db()
    assert digest.sending_at == NOW


def test_it_hands_over_to_another_task_before_it_is_killed(newsletter, monkeypatch):
    woken: list[str] = []
    monkeypatch.setattr(preparation.wake, "send", lambda task, **_: woken.append(task))
    monkeypatch.setattr(preparation, "FIRST_PIECE", 40)
    monkeypatch.setattr(preparation, "MOST_SECONDS", -1.0)
    make_readers(newsletter, 100)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)

    preparation.prepare(digest_id=digest.pk, now=NOW)

    assert Delivery.objects.count() == 40
    assert woken[-1] == preparation.wake.PREPARE

    monkeypatch.setattr(preparation, "MOST_SECONDS", 60.0)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    assert ledger.check(digest) == {"pending": 100}
