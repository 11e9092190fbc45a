"""The board: today and the next seven days."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from newsletter.digests import lifecycle
from newsletter.digests.plans import plans_of
from newsletter.models import Digest, SectionPlan
from newsletter.release import approval
from newsletter.scheduling import board
from newsletter.scheduling.board import BoardRow
from newsletter.scheduling.planning import plan
from tests.factories import (
    NOW,
    make_article,
    make_digest,
    make_reader,
    make_schedule,
    make_staff,
)

pytestmark = pytest.mark.django_db


def rows() -> list[BoardRow]:
    return board.rows(now=NOW)


def the_row(digest: Digest) -> BoardRow:
    return next(row for row in rows() if row.digest == digest)


def drafted(**fields: object) -> Digest:
    make_reader(make_schedule(**fields).newsletter)
    for _ in range(3):
        make_article()
    plan(now=NOW)
    return Digest.objects.get()


def test_it_lists_what_the_schedule_will_open() -> None:
    make_schedule(lead_time_minutes=10)
    found = rows()
    assert [row.occurrence for row in found] == [
        "2026-11-24",
        "2026-11-25",
        "2026-11-26",
        "2026-11-27",
        "2026-11-30",
        "2026-12-01",
    ]
    assert {(row.state, row.who, row.next_step.code) for row in found} == {
        ("planned", "goes by itself", "make")
    }


def test_an_opened_digest_takes_the_place_of_what_was_planned() -> None:
    digest = drafted()
    today = [row for row in rows() if row.occurrence == "2026-11-24"]
    assert [row.digest for row in today] == [digest]
    assert (today[0].missing, today[0].who) == ((), "goes by itself")


def test_a_draft_that_needs_approval_says_so() -> None:
    row = the_row(drafted(approval="editor"))
    assert (row.missing, row.who, row.next_step.code) == (("Approval.",), "an editor", "approve")


def test_a_draft_that_is_not_finished_says_what_is_missing() -> None:
    digest = drafted()
    Digest.objects.update(subject="")
    row = the_row(digest)
    assert row.missing == ("It has no subject.",)
    assert row.next_step.code == "edit"


def test_a_held_digest_is_shown_until_somebody_decides() -> None:
    digest = make_digest(
        occurrence="2026-11-10", release_at=NOW - timedelta(days=14), created_at=NOW
    )
    lifecycle.hold(digest_id=digest.pk, reason="More than 3 h late.", now=NOW)
    row = the_row(digest)
    assert (row.missing, row.who) == (("More than 3 h late.",), "a sender")
    assert row.next_step.code == "decide"


def test_a_scheduled_digest_only_waits() -> None:
    digest = drafted()
    at = datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    approval.schedule(digest_id=digest.pk, release_at=at, by=make_staff(), now=NOW)
    row = the_row(digest)
    assert (row.state, row.at, row.who) == ("scheduled", at, "goes by itself")


def test_what_was_finished_before_today_is_left_out() -> None:
    digest = make_digest(occurrence="2026-11-23", release_at=NOW - timedelta(days=1))
    lifecycle.cancel(digest_id=digest.pk, by=None, now=NOW)
    assert rows() == []


def test_what_was_called_off_without_a_time_is_read_no_longer_than_it_is_shown() -> None:
    for days in (0, 1, 10, 100):
        called_off = {"state": "cancelled", "release_at": None}
        make_digest(**called_off, created_at=NOW - timedelta(days=days))
    waiting = make_digest(release_at=None, created_at=NOW - timedelta(days=100))
    assert {row.state for row in rows()} == {"cancelled", "draft"}
    assert the_row(waiting)
    assert len(list(board._digests(NOW))) == 3


def test_it_is_in_the_order_of_time() -> None:
    make_schedule(lead_time_minutes=10)
    make_schedule(weekdays="6", lead_time_minutes=10)
    times = [row.at for row in rows()]
    assert times == sorted(times)
    assert len(times) == 7


def test_planned_rows_cost_a_fixed_number_of_statements(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(4):
        make_schedule()
    with django_assert_num_queries(4):
        rows()


@pytest.mark.parametrize(
    ("stories", "least", "words"),
    [
        (0, 1, "No new story so far; it is skipped without one."),
        (0, 3, "No new story so far; it is skipped under 3."),
        (1, 3, "Only 1 new story so far; it is skipped under 3."),
        (2, 3, "Only 2 new stories so far; it is skipped under 3."),
    ],
)
def test_a_draft_with_too_few_stories_says_so(stories: int, least: int, words: str) -> None:
    make_schedule(min_stories=least)
    for _ in range(stories):
        make_article()
    plan(now=NOW - timedelta(minutes=30))
    row = the_row(Digest.objects.get())
    assert row.missing[0] == words
    assert row.who == "goes by itself"


@pytest.mark.parametrize("field", ["locked_at", "touched_at"])
def test_a_draft_that_is_not_skipped_does_not_say_so(field: str) -> None:
    make_schedule(min_stories=3)
    make_article()
    plan(now=NOW - timedelta(minutes=30))
    Digest.objects.update(**{field: NOW})
    assert the_row(Digest.objects.get()).missing == ()


def test_stories_that_no_section_has_room_for_count_too() -> None:
    newsletter = make_schedule(min_stories=3).newsletter
    plans_of(newsletter=newsletter, layout="morning_briefing")
    SectionPlan.objects.exclude(key="lead").delete()
    for _ in range(3):
        make_article()
    plan(now=NOW - timedelta(minutes=30))
    assert the_row(Digest.objects.get()).missing == ()


def test_what_will_wait_for_an_editor_does_not_say_that_it_goes_by_itself() -> None:
    make_schedule(approval="editor", lead_time_minutes=10)
    found = rows()
    assert {row.who for row in found} == {board.LATER}
    assert not any(row.needs_person for row in found)


def test_a_mail_in_waves_stands_at_its_newsletters_own_time() -> None:
    make_schedule(by_reader=True, lead_time_minutes=10, weekdays="4")
    row = rows()[0]
    assert row.at == datetime(2026, 11, 26, 6, 30, tzinfo=UTC)
    assert row.waves == (
        datetime(2026, 11, 25, 16, 30, tzinfo=UTC),
        datetime(2026, 11, 26, 18, 30, tzinfo=UTC),
    )


def test_a_draft_in_waves_is_shown_like_what_was_planned() -> None:
    digest = make_digest(
        release_at=NOW - timedelta(hours=1), wave_day=NOW.date(), wave_time=time(7, 15)
    )
    row = the_row(digest)
    assert row.at == NOW.replace(hour=7, minute=15)
    assert row.waves == (NOW - timedelta(hours=1), NOW.replace(hour=19, minute=15))


def test_the_weekly_mail_is_marked() -> None:
    make_schedule(weekly_day=6, weekly_time=time(9), lead_time_minutes=10)
    weekly = [row for row in rows() if row.is_weekly]
    assert [row.occurrence for row in weekly] == ["2026-11-28-week"]


def test_what_was_due_yesterday_and_sent_today_is_shown() -> None:
    late = make_digest(state="skipped", release_at=NOW - timedelta(hours=7))
    assert rows() == []
    Digest.objects.update(sent_at=NOW - timedelta(minutes=1))
    assert the_row(late).is_over


def test_today_is_that_of_the_desk() -> None:
    make_digest(state="skipped", release_at=NOW - timedelta(hours=5))
    assert len(rows()) == 1
    with timezone.override("Asia/Tokyo"):
        # 15:00 there; it was to go at 10:00.
        assert len(rows()) == 1
    with timezone.override("America/New_York"):
        # 1:00 there; it was to go at 20:00 the evening before.
        assert rows() == []
