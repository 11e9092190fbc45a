"""A mail that the grace lets go late goes: its six hours count from when it was let go."""

from datetime import UTC, datetime, timedelta

import pytest

from newsletter.delivery import overdue, preparation, recovery
from newsletter.models import Digest, Lane, Schedule
from newsletter.scheduling.planning import plan
from tests.factories import make_article, make_schedule
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.waving import drain_at, goes_at, reader_in

pytestmark = pytest.mark.django_db

DUE = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
# When half past six of that day begins on Earth.
FIRST = DUE - timedelta(hours=14)
HOUR = timedelta(hours=1)
SIX_HOURS = 6 * HOUR
A_SECOND = timedelta(seconds=1)


@pytest.fixture(autouse=True)
def stories(db: None) -> None:
    for _ in range(12):
        make_article(published_at=DUE - 20 * HOUR, created_at=DUE - 20 * HOUR)


@pytest.fixture
def weekly(db: None) -> Schedule:
    """Of a schedule that runs once a week the grace is a day."""
    schedule = make_schedule(effective_from=DUE - 48 * HOUR, weekdays="2")
    reader_in(schedule.newsletter)
    return schedule


def _let_go(*, due: datetime, at: datetime) -> Digest:
    """Planned in time; then nothing ran until `at`."""
    plan(now=due - 2 * HOUR)
    plan(now=due - HOUR / 3)
    plan(now=at)
    digest = Digest.objects.get()
    assert digest.state == Digest.State.PREPARING
    return digest


def _state_after_a_sweep(digest: Digest, now: datetime) -> str:
    recovery.sweep(now=now)
    digest.refresh_from_db()
    return digest.state


@pytest.mark.parametrize("hours", [7, 20])
def test_the_mail_of_a_week_goes_after_an_outage(weekly, monkeypatch, hours):
    back = DUE + hours * HOUR
    digest = _let_go(due=DUE, at=back)
    assert _state_after_a_sweep(digest, back + A_SECOND) == Digest.State.PREPARING
    preparation.prepare(digest_id=digest.pk, now=back + A_SECOND)
    assert _state_after_a_sweep(digest, back + 5 * A_SECOND) == Digest.State.SENDING
    drain_at(monkeypatch, back + 5 * A_SECOND)
    assert ledger.check(digest) == {"accepted": 1}


def test_it_is_paused_six_hours_after_it_was_let_go(weekly):
    back = DUE + 7 * HOUR
    digest = _let_go(due=DUE, at=back)
    assert _state_after_a_sweep(digest, back + SIX_HOURS) == Digest.State.PREPARING
    assert _state_after_a_sweep(digest, back + SIX_HOURS + A_SECOND) == Digest.State.PAUSED


def test_it_is_paused_six_hours_after_its_readers_were_counted_in(weekly):
    back = DUE + 7 * HOUR
    digest = _let_go(due=DUE, at=back)
    preparation.prepare(digest_id=digest.pk, now=back)
    assert _state_after_a_sweep(digest, back + SIX_HOURS) == Digest.State.SENDING
    assert _state_after_a_sweep(digest, back + SIX_HOURS + A_SECOND) == Digest.State.PAUSED


def test_staff_are_told_that_it_is_not_finished_by_when_it_was_let_go(weekly):
    back = DUE + 7 * HOUR
    digest = _let_go(due=DUE, at=back)
    assert overdue.overdue(now=back + HOUR - A_SECOND) == []
    assert overdue.overdue(now=back + HOUR) == [digest]
    preparation.prepare(digest_id=digest.pk, now=back + HOUR / 2)
    assert overdue.overdue(now=back + HOUR) == []
    assert overdue.overdue(now=back + HOUR + HOUR / 2) == [digest]


def test_waves_that_were_missed_go_at_once_and_the_others_at_their_hour(monkeypatch):
    """Eight hours are within what it has: its own time, London's, is still to come."""
    schedule = make_schedule(effective_from=DUE - 48 * HOUR, by_reader=True)
    auckland = reader_in(schedule.newsletter, "Pacific/Auckland")
    london = reader_in(schedule.newsletter, "Europe/London")
    back = FIRST + 8 * HOUR
    digest = _let_go(due=FIRST, at=back)
    preparation.prepare(digest_id=digest.pk, now=back)

    assert (goes_at(digest, auckland), goes_at(digest, london)) == (back, DUE)
    assert drain_at(monkeypatch, back) == {auckland.pk}
    assert _state_after_a_sweep(digest, DUE - A_SECOND) == Digest.State.SENDING
    assert drain_at(monkeypatch, DUE - A_SECOND) == set()
    assert drain_at(monkeypatch, DUE) == {london.pk}
    assert ledger.check(digest) == {"accepted": 2}


def test_all_waves_that_were_missed_are_one(monkeypatch):
    schedule = make_schedule(effective_from=DUE - 48 * HOUR, by_reader=True)
    for zone in ("Pacific/Auckland", "Asia/Tokyo", "Asia/Kathmandu"):
        reader_in(schedule.newsletter, zone)
    digest = _let_go(due=FIRST, at=DUE + HOUR)
    preparation.prepare(digest_id=digest.pk, now=DUE + HOUR)
    assert [lane.release_at for lane in Lane.objects.all()] == [DUE + HOUR]
    assert len(drain_at(monkeypatch, DUE + HOUR)) == 3
