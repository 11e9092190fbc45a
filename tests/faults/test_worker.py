"""Real workers, a real broker, a real relay: what is left when they are killed or wiped."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from newsletter import wake
from newsletter.delivery import recovery
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest
from subscribers.clock import database_now
from subscribers.mailing import state
from subscribers.models import Newsletter, ProviderState
from tests.factories import make_newsletter, make_readers, make_scheduled_digest
from tests.newsletter.delivery import ledger
from tests.providers import Relay, smtp_relay
from tests.servers import Broker, Worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_server]


@pytest.fixture
def newsletter(transactional_db: None) -> Newsletter:
    return make_newsletter()


@pytest.fixture
def relay():
    with smtp_relay() as server:
        yield server


def _release(newsletter: Newsletter) -> Digest:
    now = database_now()
    digest = make_scheduled_digest(newsletter, release_at=now)
    lifecycle.release(digest_id=digest.pk, now=now)
    wake.send(wake.PREPARE, digest_id=digest.pk)
    return digest


def _another_newsletter(how_many: int) -> Newsletter:
    newsletter = make_newsletter()
    make_readers(newsletter, how_many)
    return newsletter


def _is_sent(digest: Digest) -> bool:
    return Digest.objects.filter(pk=digest.pk, state=Digest.State.SENT).exists()


def _slowly(relay: Relay, seconds: float) -> None:
    def answer(_envelope):
        time.sleep(seconds)
        return "250 taken"

    relay.data = answer


def _over_smtp(worker: Worker, relay: Relay) -> None:
    worker.kill()
    worker.start(EMAIL_PROVIDERS="smtp", EMAIL_URL=relay.url)


def _sweep_as_if_leases_had_ended() -> None:
    """What beat and the passing of 90 s do, without waiting for them."""
    now = database_now()
    Batch.objects.filter(lease_until__isnull=False).update(lease_until=now - timedelta(seconds=1))
    recovery.sweep(now=now)


def test_a_worker_sends_a_released_digest_to_the_outbox(newsletter, worker: Worker):
    make_readers(newsletter, 2_500)

    digest = _release(newsletter)

    wait_for(lambda: _is_sent(digest), seconds=30, what="the digest")
    assert ledger.check(digest) == {"accepted": 2_500}


def test_a_worker_killed_in_mid_send_doubles_nobody(newsletter, worker: Worker, relay: Relay):
    make_readers(newsletter, 300)
    _slowly(relay, 0.005)
    _over_smtp(worker, relay)
    digest = _release(newsletter)
    wait_for(lambda: len(relay.messages) > 120, seconds=30, what="a third of the mails")

    worker.kill()
    handed_over = len(relay.messages)
    assert handed_over < 300
    _sweep_as_if_leases_had_ended()
    unknown = ledger.check(digest)["unknown"]
    assert unknown <= 100, "at most two windows of a process"
    worker.start(EMAIL_PROVIDERS="smtp", EMAIL_URL=relay.url)
    # The breaker is open after an unknown; here nobody waits for it.
    _close_breaker()
    recovery.sweep(now=database_now())
    wait_for(lambda: _is_sent(digest), seconds=30, what="the rest")

    counts = ledger.check(digest)
    mailed = [address for address, _ in relay.messages]
    assert len(mailed) == len(set(mailed)), "I1: nobody twice"
    assert counts["accepted"] + counts["unknown"] == 300
    assert counts["accepted"] <= len(mailed) <= 300


def test_wiping_the_broker_in_mid_send_loses_no_mail(
    newsletter, worker: Worker, relay: Relay, broker: Broker
):
    make_readers(newsletter, 300)
    _slowly(relay, 0.005)
    _over_smtp(worker, relay)
    digest = _release(newsletter)
    wait_for(lambda: len(relay.messages) > 60, seconds=30, what="some of the mails")

    broker.clear()
    recovery.sweep(now=database_now())

    wait_for(lambda: _is_sent(digest), seconds=40, what="all of the mails")
    assert ledger.check(digest) == {"accepted": 300}
    mailed = [address for address, _ in relay.messages]
    assert len(mailed) == len(set(mailed)) == 300


def test_a_worker_lives_through_a_restart_of_the_broker(
    newsletter, mortal_broker: Broker, relay: Relay, tmp_path: Path, request
):
    make_readers(newsletter, 300)
    _slowly(relay, 0.02)
    worker = Worker(broker=mortal_broker, log=tmp_path / "worker.log")
    request.addfinalizer(worker.kill)
    worker.start(EMAIL_PROVIDERS="smtp", EMAIL_URL=relay.url)
    digest = _release(newsletter)
    wait_for(lambda: len(relay.messages) > 30, seconds=30, what="some of the mails")

    with mortal_broker.away():
        time.sleep(1)
    wait_for(lambda: _is_sent(digest), seconds=40, what="all of the mails")
    second = _release(_another_newsletter(10))

    def is_sent_by_beat() -> bool:
        # What this process sends first after the restart may be lost; beat comes again.
        recovery.sweep(now=database_now())
        return _is_sent(second)

    wait_for(is_sent_by_beat, seconds=40, what="the next digest", log=worker.log_file)
    assert ledger.check(digest) == {"accepted": 300}


def _close_breaker() -> None:
    for name in ProviderState.objects.values_list("name", flat=True):
        state.reopen(provider=name, now=database_now())


def test_a_worker_that_is_asked_to_stop_leaves_nothing_unknown(
    newsletter, worker: Worker, relay: Relay
):
    make_readers(newsletter, 300)
    _slowly(relay, 0.02)
    _over_smtp(worker, relay)
    digest = _release(newsletter)
    wait_for(lambda: len(relay.messages) > 60, seconds=30, what="some of the mails")

    worker.stop()

    handed_over = len(relay.messages)
    assert handed_over < 300
    assert ledger.check(digest) == {"accepted": handed_over, "pending": 300 - handed_over}
