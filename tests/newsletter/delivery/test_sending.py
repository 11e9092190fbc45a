"""From a prepared digest to mails in the outbox."""

import time
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from newsletter.delivery import cancelling, claims, drain, preparation, rounds
from newsletter.delivery.rounds import Round
from newsletter.digests import lifecycle
from newsletter.models import DeliveryException, Digest
from subscribers.clock import Clock
from subscribers.models import OutboxMail, ProviderState, Subscription
from tests.factories import NOW, make_reader, make_readers, make_scheduled_digest
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.claiming import claim_batch

pytestmark = pytest.mark.django_db


def test_every_reader_gets_one_mail_and_the_digest_is_sent(newsletter, release):
    readers = make_readers(newsletter, 1_200)
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 1_200}
    assert digest.state == Digest.State.SENT
    mailed = OutboxMail.objects.filter(source=f"digest:{digest.pk}")
    assert set(mailed.values_list("address", flat=True)) == {one.address for one in readers}


def test_a_mail_carries_the_links_of_its_reader(newsletter, release):
    reader, other = make_readers(newsletter, 2)
    release(newsletter)

    drain.drain()

    mails = {one.subscriber_id: one for one in OutboxMail.objects.all()}
    links = {one: mails[one.pk].values["unsubscribe_url"] for one in (reader, other)}
    assert links[reader] != links[other]
    assert mails[reader.pk].values["message_id"] != mails[other.pk].values["message_id"]


def test_who_left_after_preparation_is_not_mailed(newsletter, release):
    stays, goes = make_readers(newsletter, 2)
    digest = release(newsletter)
    Subscription.objects.filter(subscriber=goes).update(
        state=Subscription.State.ENDED, reason="unsubscribed"
    )

    drain.drain()

    assert ledger.check(digest) == {"accepted": 1, "left": 1}
    assert list(OutboxMail.objects.values_list("subscriber_id", flat=True)) == [stays.pk]
    left = DeliveryException.objects.get()
    assert (left.subscriber_id, left.reason) == (goes.pk, "unsubscribed")


def test_a_batch_whose_readers_all_left_needs_no_call(newsletter, release):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    Subscription.objects.update(state=Subscription.State.ENDED, reason="unsubscribed")

    drain.drain()

    assert ledger.check(digest) == {"left": 3}
    assert digest.state == Digest.State.SENT
    assert not OutboxMail.objects.exists()


def test_a_paused_digest_is_not_claimed_and_goes_on_when_resumed(newsletter, release):
    make_readers(newsletter, 5)
    digest = release(newsletter)
    lifecycle.pause(digest_id=digest.pk, by=None, now=NOW)
    drain.drain()
    assert ledger.check(digest) == {"pending": 5}

    lifecycle.resume(digest_id=digest.pk, by=None, now=NOW)
    drain.drain()
    assert ledger.check(digest) == {"accepted": 5}


def test_a_digest_paused_between_claim_and_submission_is_not_submitted(
    newsletter, release, monkeypatch
):
    make_readers(newsletter, 5)
    digest = release(newsletter)
    claim = claims.claim

    def claim_then_pause(**arguments):
        claimed = claim(**arguments)
        lifecycle.pause(digest_id=digest.pk, by=None, now=NOW)
        return claimed

    monkeypatch.setattr(claims, "claim", claim_then_pause)
    drain.drain()

    assert ledger.check(digest) == {"pending": 5}
    assert not OutboxMail.objects.exists()


def test_a_cancelled_digest_mails_nobody_more(newsletter, release):
    make_readers(newsletter, 5)
    digest = release(newsletter)

    cancelling.cancel(digest_id=digest.pk, by=None, now=NOW)
    drain.drain()

    assert ledger.check(digest) == {"cancelled": 5}
    assert not OutboxMail.objects.exists()


def test_what_a_provider_said_during_a_short_wait_is_obeyed(newsletter, release, monkeypatch):
    make_readers(newsletter, 5)
    digest = release(newsletter)
    state = ProviderState.objects.create(
        name="outbox", closed="throttled", not_before=NOW + timedelta(seconds=4)
    )

    def longer(_seconds):
        state.not_before = NOW + timedelta(minutes=10)
        state.save()

    monkeypatch.setattr(time, "sleep", longer)
    drain.drain()

    assert ledger.check(digest) == {"pending": 5}


def test_a_claim_inside_another_transaction_is_refused(newsletter, release):
    """Nobody would see that it is being handed over, and a crash would take that back."""
    make_readers(newsletter, 1)
    release(newsletter)

    with pytest.raises(RuntimeError), transaction.atomic():
        claim_batch(now=NOW)


def test_two_digests_are_served_in_turn(newsletter, release):
    make_readers(newsletter, 2_000)
    first = release(newsletter)
    second = release(newsletter, occurrence="2026-11-25")

    ours = Round(fence=0)
    at = [NOW + timedelta(milliseconds=number) for number in range(4)]
    served = [ours.claim(now=now).batch.digest_id for now in at]

    assert served == [first.pk, second.pk] * 2


def test_a_thousand_more_readers_cost_seven_statements(newsletter, monkeypatch):
    """Claim, readers, reservation, submission and answer; and two of the outbox's own."""
    # However slow the machine is: digests take turns by the second.
    monkeypatch.setattr(rounds, "TURN", timedelta(hours=1))
    make_readers(newsletter, 4_000)
    make_reader()
    ours = Round(fence=0)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    spoken = []
    while True:
        with CaptureQueriesContext(connection) as queries:
            if not drain._step(Clock(), ours):
                break
        spoken.append(sum(not _is_frame(one["sql"]) for one in queries.captured_queries))

    assert ledger.check(digest) == {"accepted": 4_000}
    assert len(spoken) == 4
    # The first reads the words and wakes the provider's row.
    assert spoken[1:] == [7] * 3


def _is_frame(sql: str) -> bool:
    return sql.startswith(("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT"))
