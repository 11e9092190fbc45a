"""Opening what schedules ask for, and letting go of what is due."""

import threading
from datetime import UTC, datetime, time, timedelta

import pytest
from django.db import connection

from newsletter.digests import lifecycle
from newsletter.models import Digest, Revision, Schedule
from newsletter.release import approval
from newsletter.rendering import message
from newsletter.scheduling.planning import plan
from subscribers.models import Notice
from tests.factories import NOW, make_article, make_digest, make_schedule, make_staff
from tests.newsletter.scheduling.planned import DUE, LEAD, LOCK, drafted, only

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stories")]

BEFORE_LEAD = datetime(2026, 11, 24, 4, 29, tzinfo=UTC)


def test_it_drafts_at_the_lead_time_and_not_before() -> None:
    make_schedule(effective_from=DUE - timedelta(hours=12))
    plan(now=BEFORE_LEAD)
    assert not Digest.objects.exists()
    plan(now=LEAD)
    digest = only()
    assert (digest.state, digest.occurrence, digest.release_at) == ("draft", "2026-11-24", DUE)


def test_it_opens_an_occurrence_once() -> None:
    drafted()
    for seconds in range(5):
        plan(now=LEAD + timedelta(seconds=seconds))
    assert Digest.objects.count() == 1


def test_it_waits_until_the_time_and_then_lets_go_by_itself() -> None:
    digest = drafted()
    plan(now=DUE - timedelta(seconds=1))
    assert only().state == Digest.State.DRAFT
    plan(now=DUE)
    digest.refresh_from_db()
    assert digest.state == Digest.State.PREPARING
    assert digest.revision == Revision.objects.get()
    assert digest.release_at == DUE


def test_it_goes_out_exactly_at_the_end_of_the_grace() -> None:
    drafted()
    plan(now=DUE + timedelta(hours=3))
    assert only().state == Digest.State.PREPARING


def test_it_is_held_when_it_is_later_than_the_grace() -> None:
    staff = make_staff()
    drafted()
    plan(now=DUE + timedelta(hours=3, seconds=1))
    assert only().state == Digest.State.HELD
    assert only().reason.startswith("More than 3 h late")
    notice = Notice.objects.get()
    assert (notice.kind, notice.staff_address) == (Notice.Kind.STAFF_ALERT, staff.email)
    assert "More than 3 h late" in notice.context["message"]


def test_a_held_digest_tells_staff_once() -> None:
    make_staff()
    drafted()
    for minutes in range(3):
        plan(now=DUE + timedelta(hours=4, minutes=minutes))
    assert Notice.objects.count() == 1


def test_one_that_was_never_opened_is_opened_and_held_after_an_outage() -> None:
    make_schedule()
    plan(now=DUE + timedelta(hours=4))
    assert (only().occurrence, only().state) == ("2026-11-24", Digest.State.HELD)


def test_a_short_outage_across_the_time_costs_nothing() -> None:
    make_schedule()
    plan(now=DUE + timedelta(minutes=20))
    assert only().state == Digest.State.PREPARING


def test_after_a_long_outage_a_newsletter_gets_its_latest_digest_only() -> None:
    make_schedule(weekdays="1234567", max_age_hours=2000)
    plan(now=DUE + timedelta(days=5, hours=5))
    assert only().occurrence == "2026-11-29"


def test_it_opens_the_next_one_and_not_the_missed_one_when_both_are_near() -> None:
    make_schedule(weekdays="1234567", max_age_hours=2000)
    plan(now=DUE + timedelta(hours=23))
    assert (only().occurrence, only().state) == ("2026-11-25", Digest.State.DRAFT)


def test_a_new_schedule_does_not_open_the_past() -> None:
    make_schedule(effective_from=DUE + timedelta(minutes=1))
    plan(now=DUE + timedelta(minutes=2))
    assert not Digest.objects.exists()


def test_a_schedule_moved_to_later_today_runs_today() -> None:
    schedule = make_schedule()
    Digest.objects.filter(pk=make_digest(schedule.newsletter, release_at=DUE).pk).update(
        state=Digest.State.SKIPPED
    )
    change_time(schedule, time(8, 0), now=DUE + timedelta(minutes=30))
    plan(now=DUE + timedelta(minutes=31))
    plan(now=DUE + timedelta(minutes=32))
    assert sorted(Digest.objects.values_list("occurrence", flat=True)) == [
        "2026-11-24",
        "2026-11-24-2",
    ]


def change_time(schedule: Schedule, at: time, *, now: datetime) -> None:
    schedule.local_time, schedule.effective_from = at, now
    schedule.save()


@pytest.mark.parametrize("at", [time(5, 0), time(20, 0)])
def test_a_draft_follows_its_schedule_to_another_time(at: time) -> None:
    drafted()
    change_time(Schedule.objects.get(), at, now=LEAD + timedelta(minutes=5))
    plan(now=LEAD + timedelta(minutes=6))
    assert only().release_at == DUE.replace(hour=at.hour, minute=0)


def test_an_approved_digest_moves_with_its_schedule_and_staff_are_told() -> None:
    digest = drafted()
    approval.approve(digest_id=digest.pk, by=make_staff(), now=LEAD)
    change_time(Schedule.objects.get(), time(20, 0), now=LEAD + timedelta(minutes=5))
    for minutes in (6, 7):
        plan(now=LEAD + timedelta(minutes=minutes))
    assert (only().state, only().release_at) == (
        Digest.State.APPROVED,
        DUE.replace(hour=20, minute=0),
    )
    assert "It goes today, 8:00 pm London time." in Notice.objects.get().context["message"]


def test_a_digest_that_a_person_gave_a_time_keeps_it_when_the_schedule_changes() -> None:
    digest, later = drafted(), DUE + timedelta(hours=1)
    approval.schedule(digest_id=digest.pk, release_at=later, by=make_staff(), now=LEAD)
    change_time(Schedule.objects.get(), time(20, 0), now=LEAD + timedelta(minutes=5))
    plan(now=LEAD + timedelta(minutes=6))
    assert only().release_at == later


def test_one_taken_back_by_a_person_does_not_go_out_by_itself() -> None:
    digest, editor = drafted(), make_staff()
    approval.schedule(digest_id=digest.pk, release_at=DUE, by=editor, now=LEAD)
    approval.take_back(digest_id=digest.pk, by=editor, now=LEAD)
    plan(now=DUE)
    assert (only().state, only().release_at) == (Digest.State.DRAFT, None)


def test_a_cancelled_digest_is_not_made_again() -> None:
    digest = drafted()
    lifecycle.cancel(digest_id=digest.pk, by=None, now=LEAD)
    plan(now=LEAD + timedelta(minutes=1))
    plan(now=DUE)
    assert only().state == Digest.State.CANCELLED


def test_it_is_skipped_and_staff_are_told_when_nothing_is_new() -> None:
    make_staff()
    digest = drafted(max_age_hours=1)
    assert digest.state == Digest.State.DRAFT
    plan(now=LOCK)
    plan(now=DUE)
    assert only().state == Digest.State.SKIPPED
    assert "Skipped. No new story" in Notice.objects.get().context["message"]


def test_a_schedule_that_is_off_opens_nothing() -> None:
    make_schedule(is_active=False)
    plan(now=DUE)
    assert not Digest.objects.exists()


def test_one_that_is_not_ready_is_held_with_its_reasons() -> None:
    digest = drafted()
    Digest.objects.filter(pk=digest.pk).update(subject="", intro="TK")
    plan(now=DUE)
    assert only().state == Digest.State.HELD
    assert "no subject" in only().reason
    assert "TK" in only().reason


def test_a_digest_scheduled_by_a_person_goes_out_without_a_schedule() -> None:
    digest = make_digest(release_at=None)
    section = digest.sections.create(key="lead", style="lead", position=0)
    section.items.create(article=make_article())
    approval.schedule(digest_id=digest.pk, release_at=DUE, by=make_staff(), now=NOW)
    plan(now=DUE)
    assert only().state == Digest.State.PREPARING


def test_a_draft_without_a_time_is_left_alone() -> None:
    make_digest(release_at=None)
    plan(now=DUE + timedelta(days=1))
    assert only().state == Digest.State.DRAFT


def test_the_trouble_of_one_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    make_staff()
    broken, fine = make_schedule(), make_schedule()
    plan(now=LEAD)
    freeze = message.freeze

    def fail(*, digest: Digest, **fields: object) -> Revision:
        if digest.newsletter_id == broken.newsletter_id:
            raise ValueError("no such tag")
        return freeze(digest=digest, **fields)

    monkeypatch.setattr(message, "freeze", fail)
    plan(now=DUE)
    states = dict(Digest.objects.values_list("newsletter_id", "state"))
    assert states == {broken.newsletter_id: "held", fine.newsletter_id: "preparing"}
    assert "no such tag" in Digest.objects.get(state="held").reason


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("moment", [LEAD, DUE])
def test_many_planners_at_once_make_one_digest(moment: datetime) -> None:
    make_staff()
    make_schedule()
    start, errors = threading.Barrier(4), list[Exception]()

    def planner() -> None:
        try:
            start.wait(timeout=10)
            plan(now=moment)
        except Exception as error:  # noqa: BLE001  (told below)
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=planner) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    # A planner that lost the race to another leaves the rest to the next tick.
    plan(now=moment)
    assert errors == []
    expected = Digest.State.DRAFT if moment == LEAD else Digest.State.PREPARING
    assert only().state == expected
    assert Revision.objects.count() == (0 if moment == LEAD else 1)
    # Told once, of what is worth a look in a mail that nobody approved.
    told = [notice.context["message"] for notice in Notice.objects.all()]
    assert len(told) == (0 if moment == LEAD else 1)
    assert all("goes out by itself" in message for message in told)
