"""A restored or copied database: its digests wait until somebody says what to do."""

import io
from datetime import time, timedelta

import pytest
from django.core.management import CommandError, call_command

from newsletter import wake
from newsletter.delivery import drain, preparation, recovery, releasing
from newsletter.digests import lifecycle
from newsletter.models import Digest
from newsletter.scheduling import planning
from subscribers import notice_queue, witness
from subscribers.models import Notice, OutboxMail, SendingLock
from tests.factories import (
    NOW,
    make_article,
    make_reader,
    make_readers,
    make_schedule,
    make_scheduled_digest,
)
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.claiming import claim_batch

pytestmark = pytest.mark.django_db


@pytest.fixture
def locked(db) -> None:
    """As after a restore into another database; nobody has looked yet."""
    witness.check(now=NOW)
    SendingLock.objects.update(identity="elsewhere")


@pytest.fixture(autouse=True)
def _command_is_on_time(travel, monkeypatch) -> None:
    monkeypatch.setattr("newsletter.management.commands.release_sending.database_now", lambda: NOW)


@pytest.fixture
def woken(monkeypatch) -> list[str]:
    names: list[str] = []
    monkeypatch.setattr(wake, "send", lambda task, **_: names.append(task))
    return names


def _release(*options: str, answers: list[str] | None = None, monkeypatch=None) -> str:
    if answers is not None:
        given = iter(answers)
        monkeypatch.setattr("builtins.input", lambda _: next(given))
    out = io.StringIO()
    call_command("release_sending", *options, stdout=out)
    return out.getvalue()


def test_nothing_is_handed_over_while_it_is_locked(newsletter, release, locked, woken):
    make_readers(newsletter, 3)
    digest = release(newsletter)

    drain.drain()
    recovery.sweep(now=NOW)
    drain.run_inline(digest_id=digest.pk)

    assert ledger.check(digest) == {"pending": 3}
    assert witness.locked() is not None
    assert not OutboxMail.objects.exists()


def test_a_drain_that_was_refused_wakes_no_other(newsletter, release, locked, woken):
    make_readers(newsletter, 3)
    release(newsletter)
    woken.clear()

    drain.drain()

    assert woken == []


def test_a_claim_looks_for_the_lock_itself(newsletter, release):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    fence = witness.begin(now=NOW)
    SendingLock.objects.update(locked_at=NOW)

    assert claim_batch(now=NOW, fence=fence) is None
    assert claim_batch(now=NOW) is None
    assert ledger.check(digest) == {"pending": 3}


def test_a_claim_takes_nothing_from_a_database_that_was_put_back_under_it(newsletter, release):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    fence = witness.begin(now=NOW)
    SendingLock.objects.update(counter=fence - 1)
    assert claim_batch(now=NOW, fence=fence) is None

    SendingLock.objects.all().delete()
    assert claim_batch(now=NOW, fence=fence) is None
    assert ledger.check(digest) == {"pending": 3}


def test_scheduling_goes_on_while_it_is_locked(newsletter, locked):
    make_readers(newsletter, 3)
    digest = make_scheduled_digest(newsletter)
    late = make_scheduled_digest(
        newsletter, occurrence="2026-11-23", release_at=NOW - timedelta(hours=4)
    )
    planning.plan(now=NOW)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    drain.drain()

    digest.refresh_from_db()
    late.refresh_from_db()
    assert (digest.state, late.state) == (Digest.State.SENDING, Digest.State.HELD)
    assert ledger.check(digest) == {"pending": 3}


def test_the_command_pauses_what_was_on_its_way(newsletter, release, locked, woken):
    make_readers(newsletter, 3)
    digest = release(newsletter)
    woken.clear()

    said = _release("--yes")

    digest.refresh_from_db()
    assert digest.state == Digest.State.PAUSED
    assert digest.reason == releasing.PAUSED
    assert "3 readers wait" in said
    assert "One mail is paused" in said
    assert witness.locked() is None
    assert set(woken) == {wake.SWEEP, wake.DRAIN}
    drain.drain()
    assert ledger.check(digest) == {"pending": 3}

    lifecycle.resume(digest_id=digest.pk, by=None, now=NOW)
    drain.drain()
    assert ledger.check(digest) == {"accepted": 3}


def test_it_may_be_told_to_go_on(newsletter, release, locked):
    make_readers(newsletter, 3)
    digest = release(newsletter)

    assert "paused" not in _release("--yes", "--no-pause-digests")

    drain.drain()
    assert ledger.check(digest) == {"accepted": 3}


def test_it_says_what_is_locked_since_when_and_what_would_go(newsletter, release, locked):
    make_readers(newsletter, 1)
    release(newsletter)
    context = {"newsletter_ids": [newsletter.pk]}
    for _ in range(2):
        notice_queue.add(
            kind=Notice.Kind.ALREADY, subscriber=make_reader(), context=context, now=NOW
        )

    said = _release("--yes")

    assert "Sending is locked since 2026-11-24 06:00 UTC." in said
    assert witness.MOVED in said
    assert f"{newsletter} 2026-11-24: 1 reader waits" in said
    assert "confirmation mails and the like: 2" in said


def test_it_asks_and_pauses_unless_told_otherwise(newsletter, release, locked, monkeypatch):
    make_readers(newsletter, 3)
    digest = release(newsletter)

    assert "It stays locked" in _release(answers=["", ""], monkeypatch=monkeypatch)
    digest.refresh_from_db()
    assert digest.state == Digest.State.SENDING
    assert witness.locked() is not None

    _release(answers=["", "yes"], monkeypatch=monkeypatch)
    digest.refresh_from_db()
    assert digest.state == Digest.State.PAUSED


def test_it_does_not_pause_when_the_person_says_no(newsletter, release, locked, monkeypatch):
    make_readers(newsletter, 3)
    digest = release(newsletter)

    _release(answers=["n", "y"], monkeypatch=monkeypatch)

    digest.refresh_from_db()
    assert digest.state == Digest.State.SENDING
    assert witness.locked() is None


def test_without_anybody_to_ask_it_says_how_to_answer(locked, monkeypatch):
    def nobody(_: str) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nobody)
    with pytest.raises(CommandError, match="--yes"):
        call_command("release_sending", stdout=io.StringIO())
    assert witness.locked() is not None


def test_it_finds_the_lock_before_any_worker_does_and_a_second_time_nothing(locked):
    assert witness.locked() is None

    assert "Sending is unlocked." in _release("--yes")
    assert _release("--yes").strip() == "Sending is not locked. Nothing was changed."


def test_what_a_backup_does_not_know_to_be_sent_is_paused_too(newsletter, locked):
    """Backed up before the digest was released, restored after: it comes due a second time."""
    make_readers(newsletter, 3)
    digest = make_scheduled_digest(newsletter, release_at=NOW - timedelta(hours=1))

    said = _release("--yes")

    digest.refresh_from_db()
    assert digest.state == Digest.State.PAUSED
    assert "its readers are not counted yet" in said
    preparation.prepare(digest_id=digest.pk, now=NOW)
    drain.drain()
    assert not OutboxMail.objects.exists()


def test_a_digest_that_is_paused_before_it_was_prepared_goes_whole_when_it_is_resumed(
    newsletter, locked
):
    make_readers(newsletter, 3)
    digest = make_scheduled_digest(newsletter)
    _release("--yes")

    lifecycle.resume(digest_id=digest.pk, by=None, now=NOW)
    preparation.prepare(digest_id=digest.pk, now=NOW)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 3}
    assert digest.state == Digest.State.SENT


def test_an_occurrence_that_the_backup_has_not_opened_yet_is_paused_too(newsletter, locked):
    """Backed up before it was drafted: opened anew, it would go to everybody a second time."""
    for _ in range(12):
        make_article()
    make_schedule(newsletter, local_time=time(5, 0))
    make_readers(newsletter, 3)

    _release("--yes")

    digest = Digest.objects.get()
    assert (digest.occurrence, digest.state) == ("2026-11-24", Digest.State.PAUSED)
