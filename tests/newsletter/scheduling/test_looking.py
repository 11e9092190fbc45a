"""A tick looks only at schedules whose time has come; a wrong `looks_at` costs an hour at most."""

from datetime import datetime, time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from newsletter.models import Digest, Schedule, ScheduleDay
from newsletter.scheduling import looking, phases
from newsletter.scheduling.planning import plan
from subscribers.models import Newsletter
from tests.factories import make_schedule
from tests.newsletter.scheduling.planned import DUE, LEAD, only

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stories")]

HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
EARLY = LEAD - timedelta(minutes=5)


def settled(now: datetime = EARLY, **fields: object) -> Schedule:
    """A schedule that was looked at, and asked for nothing."""
    schedule = make_schedule(effective_from=DUE - timedelta(hours=12), **fields)
    plan(now=now)
    schedule.refresh_from_db()
    return schedule


def looks_at(moment: datetime) -> None:
    Schedule.objects.update(looks_at=moment)


def test_one_that_asks_for_nothing_is_looked_at_when_it_next_may() -> None:
    assert settled().looks_at == LEAD


def test_one_with_nothing_near_is_looked_at_within_the_hour() -> None:
    early = LEAD - timedelta(hours=6)
    schedule = settled(early)
    assert schedule.looks_at is not None
    assert HOUR / 2 <= schedule.looks_at - early <= HOUR


def test_not_all_are_looked_at_in_the_same_tick() -> None:
    for _ in range(20):
        make_schedule()
    plan(now=DUE + 5 * HOUR)
    plan(now=DUE + 5 * HOUR + SECOND)
    moments = Schedule.objects.values_list("looks_at", flat=True)
    assert len(set(moments)) == 20


@pytest.mark.parametrize(
    "wrong", [timedelta(minutes=30), timedelta(minutes=59), HOUR, timedelta(days=400)]
)
def test_a_wrong_moment_is_mended_within_the_hour(wrong: timedelta) -> None:
    settled()
    looks_at(LEAD + wrong)
    plan(now=LEAD)
    plan(now=LEAD + HOUR)
    assert only().occurrence == "2026-11-24"


def test_a_clock_that_came_back_is_not_waited_for() -> None:
    settled()
    looks_at(LEAD + 2 * HOUR)
    plan(now=LEAD)
    assert only().occurrence == "2026-11-24"


@pytest.mark.parametrize("what", ["rule", "day", "day away", "zone"])
def test_what_is_saved_is_looked_at_in_the_next_tick(what: str) -> None:
    schedule = settled(DUE - timedelta(hours=10))
    if what == "rule":
        schedule.local_time = time(23, 0)
        schedule.save()
    elif what.startswith("day"):
        day = ScheduleDay.objects.create(schedule=schedule, day=DUE.date())
        if what == "day away":
            looks_at(DUE)
            day.delete()
    else:
        schedule.newsletter.time_zone = "Asia/Tokyo"
        schedule.newsletter.save()
    schedule.refresh_from_db()
    assert schedule.looks_at is None


def test_saving_something_else_leaves_other_schedules_alone() -> None:
    settled()
    make_schedule()
    assert Schedule.objects.filter(looks_at=LEAD).count() == 1


def test_a_rule_changed_while_it_is_being_opened_is_looked_at_anew() -> None:
    settled()
    (schedule, planned) = looking.look(now=LEAD).to_open[0]
    Schedule.objects.update(is_active=False)
    assert planned.occurrence == "2026-11-24"
    assert not looking.mine(schedule=schedule)


@pytest.mark.parametrize("newsletters", [2, 40])
def test_a_tick_costs_the_same_however_many_newsletters_there_are(newsletters: int) -> None:
    for _ in range(newsletters):
        make_schedule()
    plan(now=LEAD)
    assert statements(LEAD + SECOND) == 8, "each of them is looked at"
    assert statements(LEAD + 2 * SECOND) == 5, "none is"


def statements(now: datetime) -> int:
    with CaptureQueriesContext(connection) as asked:
        plan(now=now)
    brackets = ("SAVEPOINT", "RELEASE")
    return sum(not one["sql"].startswith(brackets) for one in asked.captured_queries)


def test_more_than_one_tick_looks_at_are_looked_at_in_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(looking, "AT_ONCE", 2)
    for _ in range(5):
        make_schedule(effective_from=DUE)
    assert [plan(now=EARLY) for _ in range(3)] == [False, False, True]
    assert not Schedule.objects.filter(looks_at=None).exists()


def test_a_tick_ends_in_time_and_the_next_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """With no time at all each phase does one."""
    monkeypatch.setattr(phases, "SECONDS", 0.0)
    for _ in range(3):
        make_schedule()
    found = [plan(now=LEAD) for _ in range(4)]
    assert found == [False, False, True, True]
    assert Digest.objects.count() == 3


def test_one_that_cannot_be_opened_is_tried_again_in_a_minute(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settled()
    with monkeypatch.context() as broken:
        broken.setattr("newsletter.digests.filling.fill", broken_fill)
        plan(now=LEAD)
    plan(now=LEAD + 59 * SECOND)
    assert not Digest.objects.exists()
    plan(now=LEAD + 60 * SECOND)
    assert only().state == Digest.State.DRAFT


def broken_fill(**_: object) -> int:
    raise ValueError("no such story")


def test_one_whose_zone_is_gone_does_not_keep_the_others() -> None:
    """As when a zone database no longer knows it."""
    lost, fine = settled(), make_schedule(effective_from=DUE - timedelta(hours=12))
    Newsletter.objects.filter(pk=lost.newsletter_id).update(time_zone="Atlantis/Centre")
    plan(now=LEAD)
    assert only().newsletter == fine.newsletter
    lost.refresh_from_db()
    assert lost.looks_at == LEAD + timedelta(minutes=1)


def test_a_draft_that_cannot_be_moved_does_not_keep_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settled()
    plan(now=LEAD)
    schedule = Schedule.objects.get()
    schedule.local_time = time(9, 0)
    schedule.save()
    other = make_schedule(effective_from=DUE - timedelta(hours=12))
    monkeypatch.setattr("newsletter.scheduling.following.follow", broken_fill)
    plan(now=LEAD + SECOND)
    assert Digest.objects.filter(newsletter=other.newsletter).exists()
