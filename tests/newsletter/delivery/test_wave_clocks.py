"""A wave goes when both clocks say so: by one that jumped ahead all of them would go at once."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter import tasks, wake
from newsletter.delivery import drain, recovery
from newsletter.digests import lifecycle
from newsletter.models import Digest
from subscribers import clock
from subscribers.models import OutboxMail, Subscriber
from tests.factories import make_scheduled_digest
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.waving import drain_at, reader_in, release_in_waves

TOKYO = datetime(2026, 11, 23, 21, 30, tzinfo=UTC)
LONDON = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
DAYS = timedelta(days=3)
AHEAD = pytest.mark.parametrize("ahead", [timedelta(minutes=30), DAYS], ids=str)


@pytest.fixture
def tokyo(newsletter) -> Subscriber:
    return reader_in(newsletter, "Asia/Tokyo")


@pytest.fixture
def digest(newsletter, tokyo) -> Digest:
    reader_in(newsletter, "Europe/London")
    return release_in_waves(newsletter)


@pytest.fixture
def clocks(monkeypatch):
    """`clocks(database, machine)`: what each says."""

    def say(database: datetime, machine: datetime) -> None:
        monkeypatch.setattr(clock, "database_now", lambda: database)
        monkeypatch.setattr(clock, "machine_now", lambda: machine)

    return say


def _mailed() -> set[int | None]:
    return set(OutboxMail.objects.values_list("subscriber_id", flat=True))


@AHEAD
@pytest.mark.parametrize("which", ["database", "machine"])
def test_one_clock_that_is_ahead_lets_no_wave_go_early(digest, tokyo, clocks, which, ahead):
    almost = LONDON - timedelta(minutes=20)
    clocks(*((almost + ahead, almost) if which == "database" else (almost, almost + ahead)))
    drain.drain()
    assert _mailed() == {tokyo.pk}
    drain.run_inline(digest_id=digest.pk)
    assert _mailed() == {tokyo.pk}

    clocks(LONDON, LONDON)
    drain.drain()
    assert ledger.check(digest) == {"accepted": 2}


def test_what_stays_ahead_delays_nothing(digest, clocks):
    """The clock that is right says when, and leases go by the other."""
    clocks(LONDON + DAYS, LONDON)
    drain.drain()
    assert ledger.check(digest) == {"accepted": 2}


@pytest.mark.parametrize("which", ["database", "machine"])
def test_the_tick_starts_a_wave_by_both_clocks(digest, clocks, monkeypatch, which):
    drain_at(monkeypatch, TOKYO)
    woken: list[str] = []
    monkeypatch.setattr(wake, "send", lambda name, **_: woken.append(name))
    early = LONDON - timedelta(hours=1)

    clocks(*((LONDON, early) if which == "database" else (early, LONDON)))
    tasks.start_waves()
    assert woken == []

    clocks(LONDON + DAYS, LONDON)
    tasks.start_waves()
    assert woken == [wake.DRAIN]


def test_a_mail_goes_at_once_though_the_database_is_a_little_ahead(newsletter, clocks):
    reader_in(newsletter)
    digest = make_scheduled_digest(newsletter, release_at=LONDON)
    clocks(LONDON + timedelta(seconds=40), LONDON)
    lifecycle.release(digest_id=digest.pk, now=LONDON)

    tasks.prepare_digest(digest_id=digest.pk)
    drain.drain()

    assert ledger.check(digest) == {"accepted": 1}


def test_the_sweep_finds_no_wave_late_by_a_clock_that_is_ahead(digest, monkeypatch):
    drain_at(monkeypatch, TOKYO)
    recovery.sweep(now=LONDON + DAYS, earlier=LONDON)
    digest.refresh_from_db()
    assert digest.state == Digest.State.SENDING
