"""A relay on loopback, reader by reader."""

import email
from datetime import timedelta
from email import policy

import pytest

from newsletter.delivery import drain
from newsletter.models import Batch, DeliveryException, Digest, Revision
from subscribers.models import Suppression
from tests.factories import make_readers
from tests.newsletter.delivery import ledger
from tests.providers import Relay, smtp_relay

pytestmark = pytest.mark.django_db


def test_every_reader_gets_his_own_mail(newsletter, release, relay: Relay):
    readers = make_readers(newsletter, 120)
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 120}
    assert [address for address, _ in relay.messages] == [one.address for one in readers]
    message = email.message_from_bytes(relay.messages[0][1], policy=policy.default)
    assert message["To"] == readers[0].address
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["List-Unsubscribe"][1:-1] in message.get_body(("plain",)).get_content()
    assert len(message.get_all("Message-ID")) == 1


def test_a_mailbox_that_does_not_exist_fails_alone_and_is_suppressed(
    newsletter, release, relay: Relay
):
    _, gone, _ = readers = make_readers(newsletter, 3)
    relay.rcpt[gone.address] = f"550 5.1.1 <{gone.address}> no such user"
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 2, "failed": 1}
    assert len(relay.messages) == len(readers) - 1
    failed = DeliveryException.objects.get()
    assert (failed.subscriber_id, failed.reason) == (gone.pk, "bad_mailbox")
    assert gone.address not in failed.detail
    assert Suppression.objects.get().address_hash == gone.address_hash


def test_another_refusal_for_good_does_not_suppress(newsletter, release, relay: Relay):
    (reader,) = make_readers(newsletter, 1)
    relay.rcpt[reader.address] = "554 5.7.1 policy"
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"failed": 1}
    assert not Suppression.objects.exists()


def test_a_refusal_for_now_is_tried_again_for_that_reader_only(
    newsletter, release, relay: Relay, travel
):
    readers = make_readers(newsletter, 3)
    relay.rcpt[readers[1].address] = "451 4.3.0 greylisted"
    digest = release(newsletter)

    drain.drain()
    assert ledger.check(digest) == {"accepted": 2, "retry": 1}
    assert digest.state == Digest.State.SENDING

    relay.rcpt.clear()
    travel(timedelta(minutes=16))
    drain.drain()
    assert ledger.check(digest) == {"accepted": 3}
    assert digest.state == Digest.State.SENT
    assert len(relay.messages) == 3


def test_it_gives_a_reader_up_after_the_deadline(newsletter, release, relay: Relay, travel):
    (reader,) = make_readers(newsletter, 1)
    relay.rcpt[reader.address] = "451 4.3.0 greylisted"
    digest = release(newsletter)

    for _ in range(8):
        drain.drain()
        travel(timedelta(hours=1))

    assert ledger.check(digest) == {"failed": 1}
    assert digest.state == Digest.State.SENT


def test_a_relay_that_is_away_costs_nothing(newsletter, release, settings, travel):
    settings.EMAIL_PROVIDERS = ["smtp"]
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    make_readers(newsletter, 2)
    digest = release(newsletter)
    drain.drain()
    assert ledger.check(digest) == {"pending": 2}

    with smtp_relay() as server:
        settings.EMAIL_URL = server.url
        travel(timedelta(seconds=10))
        drain.drain()
    assert ledger.check(digest) == {"accepted": 2}


def test_a_relay_that_says_not_now_is_left_alone(newsletter, release, relay: Relay):
    make_readers(newsletter, 2)
    digest = release(newsletter)
    relay.mail = "421 4.3.2 too busy"

    drain.drain()
    drain.drain()

    assert ledger.check(digest) == {"pending": 2}
    assert Batch.objects.get().attempts == 1


def test_an_address_that_cannot_be_written_does_not_hold_up_the_others(
    newsletter, release, relay: Relay
):
    _, broken, _ = make_readers(newsletter, 3)
    broken.address = "not an address"
    broken.save()
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 2, "failed": 1}
    assert DeliveryException.objects.get().reason == "bad_address"


def test_an_answer_to_a_message_that_makes_no_sense_is_unknown(newsletter, release, relay: Relay):
    make_readers(newsletter, 1)
    digest = release(newsletter)
    relay.data = lambda _envelope: "what? who?"

    drain.drain()

    assert ledger.check(digest) == {"unknown": 1}


def test_a_sender_that_cannot_be_written_pauses_the_digest_and_fails_nobody(
    newsletter, release, relay: Relay
):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    Revision.objects.update(from_address="not an address")

    drain.drain()

    assert ledger.check(digest) == {"pending": 3}
    assert digest.state == Digest.State.PAUSED
