"""Ten thousand drafts cost a bounded number of fillings a time; locks are found by their time."""

from datetime import timedelta

import pytest

from newsletter.digests import filling
from newsletter.models import Digest, Schedule
from newsletter.scheduling import phases, refilling
from newsletter.scheduling.planning import plan
from newsletter.scheduling.refilling import lock_due, refill
from tests.factories import make_article, make_digest, make_newsletter, make_schedule
from tests.newsletter.scheduling.planned import DUE, LEAD, LOCK, only

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stories")]

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


def drafts(number: int) -> None:
    for _ in range(number):
        make_schedule(effective_from=DUE - 12 * HOUR)
    plan(now=LEAD)


def filled(now: object) -> int:
    return Digest.objects.filter(filled_at=now).count()


def test_only_some_are_filled_at_once_those_that_waited_longest_first(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(refilling, "AT_ONCE", 2)
    drafts(3)
    refill(now=LEAD + 6 * MINUTE)
    assert filled(LEAD) == 1
    refill(now=LEAD + 7 * MINUTE)
    assert filled(LEAD) == 0


def test_filling_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    drafts(3)
    monkeypatch.setattr(phases, "SECONDS", 0.0)
    refill(now=LEAD + 6 * MINUTE)
    assert filled(LEAD + 6 * MINUTE) == 1


def test_what_goes_out_in_some_days_is_filled_now_and_then() -> None:
    make_schedule(lead_time_minutes=3 * 1440, weekdays="4", effective_from=DUE - 12 * HOUR)
    plan(now=LEAD)
    make_article(published_at=LEAD)
    refill(now=LEAD + HOUR)
    assert only().filled_at == LEAD
    refill(now=LEAD + 6 * HOUR)
    assert only().filled_at == LEAD + 6 * HOUR


def test_but_one_that_somebody_worked_on_is_filled_like_one_of_today() -> None:
    make_schedule(lead_time_minutes=3 * 1440, weekdays="4", effective_from=DUE - 12 * HOUR)
    plan(now=LEAD)
    Digest.objects.update(touched_at=LEAD)
    refill(now=LEAD + HOUR)
    assert only().filled_at == LEAD + HOUR


def test_a_clock_that_came_back_is_not_waited_for() -> None:
    drafts(1)
    Digest.objects.update(filled_at=LEAD + timedelta(days=3))
    refill(now=LEAD + MINUTE)
    assert only().filled_at == LEAD + MINUTE


@pytest.mark.parametrize("minutes", [0, 30, 45, 1440])
def test_each_is_locked_by_its_own_newsletters_time(minutes: int) -> None:
    make_schedule(lock_minutes=5)
    make_schedule(lock_minutes=7)
    schedule = make_schedule(lock_minutes=minutes, lead_time_minutes=2880, weekdays="2")
    plan(now=DUE - timedelta(days=2))
    mine = Digest.objects.filter(newsletter=schedule.newsletter, occurrence="2026-11-24")
    at = DUE - minutes * MINUTE
    lock_due(now=at - timedelta(seconds=1))
    assert mine.get().locked_at is None
    lock_due(now=at)
    assert mine.get().locked_at == at


def test_one_without_a_schedule_is_locked_half_an_hour_before() -> None:
    make_digest(make_newsletter(), release_at=DUE, touched_at=LEAD)
    lock_due(now=LOCK - timedelta(seconds=1))
    assert only().locked_at is None
    lock_due(now=LOCK)
    assert only().locked_at == LOCK


def test_one_that_cannot_be_filled_is_locked_as_it_is_and_goes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    drafts(1)

    def broken(**_: object) -> int:
        raise ValueError("no such story")

    monkeypatch.setattr(filling, "fill", broken)
    plan(now=LOCK)
    assert (only().state, only().locked_at) == ("draft", LOCK)
    plan(now=DUE)
    assert only().state == "preparing"


def test_what_is_not_locked_yet_is_not_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """When ticks are short it is locked in one of them, and goes in the next."""
    drafts(3)
    monkeypatch.setattr(phases, "SECONDS", 0.0)
    Schedule.objects.update(lock_minutes=0)
    plan(now=DUE)
    assert not Digest.objects.exclude(state="draft").filter(locked_at=None).exists()
    for _ in range(5):
        plan(now=DUE)
    assert set(Digest.objects.values_list("state", flat=True)) == {"preparing"}
