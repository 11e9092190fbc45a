"""Two who act at the same moment: on PostgreSQL they really do, each in his own transaction."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from newsletter.delivery import cancelling, claims, preparation, recovery, unanswered
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest
from newsletter.release import approval
from newsletter.scheduling import planning
from subscribers.mailing.providers import PROVIDERS
from subscribers.models import Newsletter
from tests.factories import (
    NOW,
    make_newsletter,
    make_readers,
    make_scheduled_digest,
    make_staff,
)
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.claiming import claim_batch

pytestmark = pytest.mark.django_db(transaction=True)


def _meanwhile(call: Callable[[], Any]) -> Future[Any]:
    """Start a call in a thread with a connection of its own."""

    def run() -> Any:
        try:
            return call()
        finally:
            connection.close()

    pool = ThreadPoolExecutor(max_workers=1)
    future = pool.submit(run)
    pool.shutdown(wait=False)
    return future


@pytest.fixture(autouse=True)
def _needs_two_writers(transactional_db: None) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")


@pytest.fixture
def newsletter() -> Newsletter:
    return make_newsletter()


def _released(newsletter: Newsletter, readers: int = 5) -> Digest:
    make_readers(newsletter, readers)
    digest = make_scheduled_digest(newsletter)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    return digest


def _waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT COUNT(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        return bool(cursor.fetchone()[0])


def _until_it_waits(other: Future[Any]) -> None:
    """Until the other one hangs on a lock of ours, or is through."""
    for _ in range(200):
        if other.done() or _waits_for_a_lock():
            return
        time.sleep(0.02)


def test_a_claim_and_a_cancel_do_not_wait_for_each_other(newsletter, monkeypatch):
    digest = _released(newsletter)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    taken, cancelling_now = threading.Event(), threading.Event()
    take, move = claims._take, lifecycle.move

    def take_then_wait(**arguments):
        batch = take(**arguments)
        taken.set()
        cancelling_now.wait(1)
        return batch

    def move_when_taken(**arguments):
        taken.wait(5)
        moved = move(**arguments)
        cancelling_now.set()
        return moved

    monkeypatch.setattr(claims, "_take", take_then_wait)
    monkeypatch.setattr(lifecycle, "move", move_when_taken)
    claim = _meanwhile(lambda: claim_batch(now=NOW))

    assert cancelling.cancel(digest_id=digest.pk, by=None, now=NOW)

    assert claim.result(15) is not None
    recovery.sweep(now=NOW + timedelta(seconds=91))
    assert ledger.check(digest) == {"cancelled": 5}


def test_a_pause_is_not_lost_when_the_digest_begins_to_send(newsletter):
    digest = _released(newsletter)
    with transaction.atomic():
        preparation._prepare_piece(digest_id=digest.pk, now=NOW)
        pause = _meanwhile(lambda: lifecycle.pause(digest_id=digest.pk, by=None, now=NOW))
        _until_it_waits(pause)

    assert pause.result(15)
    digest.refresh_from_db()
    assert digest.state == Digest.State.PAUSED


def test_two_preparations_write_each_reader_once(newsletter, monkeypatch):
    monkeypatch.setattr(preparation, "FIRST_PIECE", 10)
    monkeypatch.setattr(preparation, "PIECE", 10)
    digest = _released(newsletter, readers=50)
    others = [
        _meanwhile(lambda: preparation.prepare(digest_id=digest.pk, now=NOW)) for _ in range(3)
    ]
    for other in others:
        other.result(15)

    preparation.prepare(digest_id=digest.pk, now=NOW)
    assert ledger.check(digest) == {"pending": 50}


def test_two_claims_take_two_batches(newsletter, monkeypatch):
    digest = _released(newsletter, readers=1_500)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    with transaction.atomic():
        mine = claims._take(provider=PROVIDERS["outbox"], now=NOW, earlier=NOW, fence=0)
        other = _meanwhile(lambda: claim_batch(now=NOW))
        theirs = other.result(15)

    assert {mine.pk, theirs.batch.pk} == set(Batch.objects.values_list("pk", flat=True))
    assert ledger.check(digest) == {"claimed": 1_500}


def test_two_planners_release_a_digest_once(newsletter):
    digest = make_scheduled_digest(newsletter)
    with transaction.atomic():
        planning.plan(now=NOW)
        other = _meanwhile(lambda: planning.plan(now=NOW))
        _until_it_waits(other)
    other.result(15)

    assert list(digest.changes.values_list("new", flat=True)) == ["preparing"]
    assert digest.changes.filter(new="preparing").count() == 1


def test_send_now_twice_at_once_releases_once(newsletter):
    digest = make_scheduled_digest(newsletter)

    def send() -> None:
        approval.send_now(digest_id=digest.pk, by=None, now=NOW)
        planning.plan(now=NOW)

    with transaction.atomic():
        send()
        other = _meanwhile(send)
        _until_it_waits(other)
    with pytest.raises(approval.WrongState):
        other.result(15)

    assert digest.changes.filter(new="preparing").count() == 1


def test_a_planner_does_not_let_go_what_was_put_off_meanwhile(newsletter):
    digest = make_scheduled_digest(newsletter)
    tomorrow = NOW + timedelta(days=1)
    with transaction.atomic():
        approval.schedule(digest_id=digest.pk, release_at=tomorrow, by=None, now=NOW)
        planner = _meanwhile(lambda: planning.plan(now=NOW))
        _until_it_waits(planner)
    planner.result(15)

    digest.refresh_from_db()
    assert (digest.state, digest.release_at) == (Digest.State.SCHEDULED, tomorrow)


def test_a_digest_does_not_end_while_it_is_sent_again_to_some(newsletter):
    digest = _released(newsletter)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    claim_batch(now=NOW)
    Batch.objects.update(state="unknown", finished_at=NOW, submitted_at=NOW)
    later = NOW + timedelta(minutes=16)
    with transaction.atomic():
        unanswered.send_again(digest_id=digest.pk, by=make_staff(), now=later)
        end = _meanwhile(lambda: lifecycle.finish(digest_id=digest.pk, now=later))
        _until_it_waits(end)

    assert not end.result(15)
    assert ledger.check(digest) == {"retry": 5}
