"""Drafts whose time nobody chose go where their schedule has their day by now."""

from datetime import datetime, time, timedelta

import pytest

from newsletter.digests.editing import rewrite, standing
from newsletter.models import Digest, Schedule, ScheduleDay
from newsletter.release import approval
from newsletter.scheduling import following, looking
from newsletter.scheduling.planning import plan
from subscribers.models import Newsletter, Notice
from tests.factories import make_schedule, make_staff
from tests.newsletter.scheduling import planned
from tests.newsletter.scheduling.planned import DUE, LEAD, only

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stories")]

HOUR = timedelta(hours=1)
SOON = LEAD + timedelta(minutes=5)


def drafted(**fields: object) -> Digest:
    """No day before it was missed."""
    return planned.drafted(effective_from=DUE - 12 * HOUR, **fields)


def change(now: datetime = SOON, **fields: object) -> None:
    """As the desk saves it."""
    schedule = Schedule.objects.get()
    for name, value in fields.items():
        setattr(schedule, name, value)
    schedule.effective_from = now
    schedule.save()


def leave_out(day: datetime = DUE) -> ScheduleDay:
    return ScheduleDay.objects.create(schedule=Schedule.objects.get(), day=day.date())


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York"])
def test_it_moves_with_the_zone_of_its_newsletter(zone: str) -> None:
    drafted()
    newsletter = Newsletter.objects.get()
    newsletter.time_zone = zone
    newsletter.save()
    plan(now=SOON)
    hours = {"Europe/Paris": -1, "America/New_York": 5}[zone]
    assert only().release_at == DUE + hours * HOUR


def test_it_moves_when_its_zone_turns_out_to_have_other_clocks() -> None:
    """As after a new zone database: nobody saved anything, so it takes up to an hour."""
    drafted(lead_time_minutes=24 * 60)
    plan(now=LEAD + timedelta(seconds=5))
    Digest.objects.update(release_at=DUE + HOUR)
    plan(now=LEAD + timedelta(seconds=10))
    plan(now=LEAD + HOUR)
    assert only().release_at == DUE


def test_one_whose_time_a_person_chose_stays_where_he_put_it() -> None:
    digest = drafted()
    at = DUE + HOUR
    approval.schedule(digest_id=digest.pk, release_at=at, by=make_staff(), now=LEAD)
    change(local_time=time(9, 0))
    plan(now=SOON)
    assert only().release_at == at


def test_it_begins_to_go_by_each_readers_clock() -> None:
    drafted()
    change(by_reader=True, head_start_minutes=60)
    plan(now=SOON)
    digest = only()
    assert (digest.release_at, digest.wave_day, digest.wave_time) == (
        DUE - HOUR,
        DUE.date(),
        time(6, 30),
    )
    change(by_reader=False)
    plan(now=SOON)
    assert (only().release_at, only().wave_day) == (DUE, None)


def test_one_whose_new_time_is_past_keeps_its_own() -> None:
    drafted()
    change(local_time=time(4, 0))
    plan(now=SOON)
    plan(now=DUE)
    assert (only().state, only().release_at) == (Digest.State.PREPARING, DUE)


def test_one_on_a_day_that_is_left_out_now_is_skipped_and_staff_are_told_once() -> None:
    make_staff()
    drafted()
    leave_out()
    for seconds in range(3):
        plan(now=SOON + timedelta(seconds=seconds))
    assert (only().state, only().reason) == (Digest.State.SKIPPED, following.NO_RUN)
    assert Notice.objects.count() == 1


def test_it_is_back_when_its_day_is() -> None:
    drafted()
    day = leave_out()
    plan(now=SOON)
    day.delete()
    plan(now=SOON)
    assert only().state == Digest.State.DRAFT
    plan(now=DUE)
    assert only().state == Digest.State.PREPARING


def test_one_that_was_skipped_for_another_reason_does_not_come_back() -> None:
    drafted()
    Digest.objects.update(state=Digest.State.SKIPPED, reason="No new story.")
    Schedule.objects.get().save()
    plan(now=SOON)
    assert only().state == Digest.State.SKIPPED


def test_what_somebody_worked_on_is_held_for_him() -> None:
    digest = drafted()
    rewrite(
        digest_id=digest.pk,
        version=digest.version,
        words={"intro": "Hello there"},
        items=standing(digest=digest),
        by=make_staff(),
        now=LEAD,
    )
    change(weekdays="6")
    plan(now=SOON)
    assert (only().state, only().reason) == (Digest.State.HELD, following.NO_RUN)


def test_a_schedule_that_is_off_moves_nothing() -> None:
    drafted()
    change(is_active=False, local_time=time(9, 0))
    plan(now=SOON)
    assert (only().state, only().release_at) == (Digest.State.DRAFT, DUE)


def test_a_later_choice_of_a_person_is_not_overwritten() -> None:
    digest = drafted()
    change(local_time=time(9, 0))
    (move,) = looking.look(now=SOON).to_move
    chosen = DUE + 4 * HOUR
    approval.schedule(digest_id=digest.pk, release_at=chosen, by=make_staff(), now=SOON)
    following.follow(move=move, now=SOON)
    assert only().release_at == chosen


def test_all_drafts_of_a_week_move_together() -> None:
    make_schedule(weekdays="1234567", lead_time_minutes=6 * 24 * 60)
    plan(now=LEAD)
    change(local_time=time(9, 0))
    plan(now=SOON)
    times = set(Digest.objects.values_list("release_at__time", flat=True))
    assert (Digest.objects.count(), times) == (6, {time(9, 0)})
