"""A digest made by a person, and the run of the schedule that it may stand for."""

from datetime import UTC, date, datetime, timedelta

import pytest

from newsletter.models import Digest, Schedule
from newsletter.scheduling.planning import plan
from newsletter.scheduling.upcoming import make_by_hand
from tests.factories import NOW, make_article, make_digest, make_schedule

pytestmark = pytest.mark.django_db

TODAY = date(2026, 11, 24)
DUE = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)


@pytest.fixture
def schedule() -> Schedule:
    for _ in range(8):
        make_article()
    return make_schedule()


def make(schedule: Schedule, occurrence: str = "", now: datetime = NOW) -> Digest:
    return make_by_hand(newsletter=schedule.newsletter, day=TODAY, occurrence=occurrence, now=now)


def test_it_takes_the_place_of_the_run_that_is_still_to_come(schedule: Schedule) -> None:
    assert make(schedule).release_at == DUE
    plan(now=NOW)
    assert Digest.objects.count() == 1


def test_a_second_one_of_the_day_waits_for_a_person(schedule: Schedule) -> None:
    make(schedule)
    second = make(schedule)
    assert (second.occurrence, second.release_at) == ("2026-11-24-2", None)


def test_it_has_no_time_once_the_run_is_past(schedule: Schedule) -> None:
    assert make(schedule, now=DUE + timedelta(minutes=1)).release_at is None


def test_it_has_no_time_while_the_schedule_is_off(schedule: Schedule) -> None:
    Schedule.objects.update(is_active=False)
    assert make(schedule).release_at is None


def test_the_run_of_a_schedule_moved_to_later_today_keeps_its_time(schedule: Schedule) -> None:
    """What an earlier rule opened and nobody got does not count: the run's name has a suffix."""
    make_digest(schedule.newsletter, release_at=NOW - timedelta(hours=1))
    Digest.objects.update(state=Digest.State.SKIPPED)
    Schedule.objects.update(effective_from=NOW)
    assert make(schedule, "2026-11-24-2").release_at == DUE


def test_naming_the_occurrence_twice_makes_one(schedule: Schedule) -> None:
    assert make(schedule, "2026-11-24") == make(schedule, "2026-11-24")


def test_one_by_readers_clocks_whose_first_wave_is_over_is_due_at_its_own_time() -> None:
    """As the planner opens it: nobody could approve it in time for that wave any more."""
    for _ in range(8):
        make_article()
    evening = DUE - timedelta(hours=12)
    rule = make_schedule(by_reader=True, approval="editor", effective_from=DUE - timedelta(days=2))
    digest = make(rule, now=evening)
    assert (digest.release_at, digest.goes_in_waves) == (DUE, True)
