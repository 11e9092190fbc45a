"""The database takes no writes: nothing new leaves, and it goes on by itself afterwards."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import DatabaseError, connection

from newsletter import wake
from newsletter.delivery import claims, drain, preparation, recovery
from newsletter.delivery.shapes import SHAPES
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest
from subscribers import notice_queue, notice_sending, witness
from subscribers.clock import database_now
from subscribers.mailing.providers import Shape
from subscribers.models import Newsletter, Notice, OutboxMail
from tests.clocks import set_clocks
from tests.factories import NOW, make_newsletter, make_reader, make_readers, make_scheduled_digest
from tests.faults.disk import Disk, run
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.claiming import claim_batch
from tests.providers import smtp_relay
from tests.servers import Worker, wait_for

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def disk():
    one = Disk()
    yield one
    one.clear()


@pytest.fixture
def frozen(monkeypatch) -> None:
    set_clocks(monkeypatch, lambda: NOW)


@pytest.fixture
def hasty(monkeypatch, frozen) -> None:
    """Leases of a second: how long somebody tries to write down what he knows."""
    for module in ("newsletter.delivery.claims", "newsletter.delivery.shapes.progress"):
        monkeypatch.setattr(f"{module}.LEASE", timedelta(seconds=1))
    monkeypatch.setattr(notice_sending, "LEASE", timedelta(seconds=1))


@pytest.fixture
def relay(settings):
    with smtp_relay() as server:
        settings.EMAIL_PROVIDERS = ["smtp"]
        settings.EMAIL_URL = server.url
        yield server


@pytest.fixture
def woken(monkeypatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(wake, "send", lambda task, **_: names.append(task))
    return names


def _sending(readers: int = 3, newsletter: Newsletter | None = None) -> Digest:
    newsletter = newsletter or make_newsletter()
    make_readers(newsletter, readers)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    return digest


def _recover(*, now) -> None:
    recovery.sweep(now=now)
    drain.drain()


def _read_only() -> None:
    """From here on this connection only reads; a new one writes."""
    on_postgresql = connection.vendor == "postgresql"
    run("SET default_transaction_read_only = on" if on_postgresql else "PRAGMA query_only = ON")


def test_nothing_leaves_when_the_claim_cannot_be_written(hasty, relay, disk, woken):
    digest = _sending()
    woken.clear()
    disk.fill()

    with pytest.raises(DatabaseError):
        drain.drain()
    assert relay.messages == []
    assert woken == [], "the sweep comes back to it; nobody spins"

    disk.clear()
    _recover(now=NOW)
    assert ledger.check(digest) == {"accepted": 3}


def test_nothing_leaves_when_submitting_cannot_be_written(hasty, relay, disk, woken, monkeypatch):
    digest = _sending()
    woken.clear()
    monkeypatch.setattr(claims, "claim", _then(claims.claim, disk.fill))

    with pytest.raises(DatabaseError):
        drain.drain()
    assert relay.messages == []
    assert woken == []
    monkeypatch.undo()
    set_clocks(monkeypatch, lambda: NOW + timedelta(seconds=91))

    disk.clear()
    assert ledger.check(digest) == {"claimed": 3}
    _recover(now=NOW + timedelta(seconds=91))
    assert ledger.check(digest) == {"accepted": 3}
    assert len(relay.messages) == 3


def test_it_goes_on_by_itself_when_there_is_room_again(frozen, relay, disk, monkeypatch):
    """The worker that could not write gives its batch back as soon as it can."""
    digest = _sending()
    monkeypatch.setattr(claims, "claim", _then(claims.claim, disk.fill, once=True))
    monkeypatch.setattr("subscribers.database.time.sleep", lambda _: disk.clear())

    drain.drain()

    assert ledger.check(digest) == {"accepted": 3}
    assert len(relay.messages) == 3


def test_an_answer_in_hand_is_kept_until_there_is_room_again(frozen, relay, disk, monkeypatch):
    digest = _sending()
    monkeypatch.setitem(SHAPES, Shape.SMTP, _then(SHAPES[Shape.SMTP], disk.fill, once=True))
    monkeypatch.setattr("subscribers.database.time.sleep", lambda _: disk.clear())

    drain.drain()

    assert ledger.check(digest) == {"accepted": 3}
    assert len(relay.messages) == 3


def test_an_answer_is_written_to_the_new_primary(frozen, relay, monkeypatch):
    """As after a failover: the old server still answers, and a new connection finds the new one."""
    digest = _sending()
    monkeypatch.setitem(SHAPES, Shape.SMTP, _then(SHAPES[Shape.SMTP], _read_only, once=True))

    drain.drain()

    assert ledger.check(digest) == {"accepted": 3}
    assert len(relay.messages) == 3


def test_what_is_claimed_when_it_only_reads_goes_out_a_lease_later(frozen, relay, monkeypatch):
    digest = _sending()
    monkeypatch.setattr(claims, "claim", _then(claims.claim, _read_only, once=True))
    with pytest.raises(DatabaseError):
        drain.drain()
    assert relay.messages == []

    later = NOW + timedelta(seconds=121)
    set_clocks(monkeypatch, lambda: later)
    _recover(now=later)
    assert ledger.check(digest) == {"accepted": 3}
    assert len(relay.messages) == 3


def test_a_database_that_only_reads_sends_nothing(frozen, relay, woken):
    _sending()
    notice = _queue()
    witness.begin(now=NOW)
    woken.clear()
    _read_only()
    try:
        for run in (drain.drain, notice_sending.send_due):
            with pytest.raises(DatabaseError):
                run()
    finally:
        connection.close()

    assert relay.messages == []
    assert woken == []
    notice.refresh_from_db()
    assert notice.state == "pending"


def _queue() -> Notice:
    return notice_queue.add(
        kind=Notice.Kind.ALREADY,
        subscriber=make_reader(),
        context={"newsletter_ids": [make_newsletter().pk]},
        now=NOW,
    )


def test_no_notice_leaves_when_it_cannot_be_written_down_before(frozen, relay, disk):
    notice = _queue()
    disk.fill()
    with pytest.raises(DatabaseError):
        notice_sending.send_due()
    assert relay.messages == []

    disk.clear()
    notice_sending.send_due()
    notice.refresh_from_db()
    assert notice.state == "accepted"
    assert len(relay.messages) == 1


def test_the_sweep_goes_through_all_its_steps_on_a_full_disk(frozen, disk, woken):
    """What it cannot write now it finds again 30 s later."""
    digest = _sending()
    claim_batch(now=NOW)
    woken.clear()
    disk.fill()
    recovery.sweep(now=NOW + timedelta(seconds=91))
    assert not OutboxMail.objects.exists()

    disk.clear()
    recovery.sweep(now=NOW + timedelta(seconds=91))
    assert ledger.check(digest) == {"pending": 3}
    assert woken == [wake.DRAIN]


@pytest.mark.needs_server
def test_a_worker_outlives_a_full_disk(disk, worker: Worker, tmp_path: Path):
    if connection.vendor != "postgresql":
        pytest.skip("a limit on SQLite's file holds for one connection only")
    with smtp_relay() as relay:
        worker.kill()
        worker.start(EMAIL_PROVIDERS="smtp", EMAIL_URL=relay.url)
        newsletter = make_newsletter()
        make_readers(newsletter, 300)
        disk.fill()
        now = database_now()
        digest = make_scheduled_digest(newsletter, release_at=now)
        lifecycle.release(digest_id=digest.pk, now=now)
        preparation.prepare(digest_id=digest.pk, now=now)
        for _ in range(3):
            recovery.sweep(now=database_now())
        wait_for(
            lambda: "No space left" in worker.log, seconds=20, what="a refusal", log=worker.log_file
        )
        assert relay.messages == []
        assert worker.log.count("No space left") < 60, "nobody spins"

        disk.clear()
        recovery.sweep(now=database_now())
        wait_for(
            lambda: Digest.objects.filter(pk=digest.pk, state="sent").exists(),
            seconds=40,
            what="all of the mails",
            log=worker.log_file,
        )
        assert ledger.check(digest) == {"accepted": 300}
        mailed = [address for address, _ in relay.messages]
        assert len(mailed) == len(set(mailed)) == 300
        assert set(Batch.objects.values_list("attempts", flat=True)) == {1}


def _then(call: Callable, after: Callable[[], None], *, once: bool = False) -> Callable:
    """`call`, and `after` it something happens, each time or the first time."""
    times = 0

    def run(*arguments, **named):
        nonlocal times
        value = call(*arguments, **named)
        times += 1
        if times == 1 or not once:
            after()
        return value

    return run
