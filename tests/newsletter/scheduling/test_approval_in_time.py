"""What becomes of a digest at its time, by who approved it or worked on it."""

import pytest

from newsletter.digests import editing, edits
from newsletter.models import Digest, Schedule
from newsletter.release import approval
from newsletter.scheduling.planning import plan
from subscribers.models import Notice
from tests.factories import make_staff
from tests.newsletter.scheduling.planned import DUE, LEAD, drafted, only

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stories")]


def test_a_draft_is_held_when_its_schedule_was_switched_off() -> None:
    drafted()
    Schedule.objects.update(is_active=False)
    plan(now=DUE)
    assert only().state == Digest.State.HELD


def test_it_waits_for_an_editor_and_is_held_without() -> None:
    drafted(approval="editor")
    plan(now=DUE)
    assert only().state == Digest.State.HELD
    assert only().reason == "Nobody approved it before its time."


def test_it_is_skipped_when_nobody_touched_it_and_staff_are_told() -> None:
    make_staff()
    drafted(approval="or_skip")
    plan(now=DUE)
    assert (only().state, only().reason) == (
        Digest.State.SKIPPED,
        "Nobody approved it before its time.",
    )
    assert "Skipped. Nobody approved it" in Notice.objects.get().context["message"]


def test_one_that_somebody_worked_on_is_held_and_not_skipped() -> None:
    digest = drafted(approval="or_skip")
    editing.rewrite(
        digest_id=digest.pk,
        version=1,
        words={"subject": "Half written"},
        items=editing.standing(digest=digest),
        by=make_staff(),
        now=LEAD,
    )
    plan(now=DUE)
    assert only().state == Digest.State.HELD


def test_one_that_would_be_skipped_is_held_when_its_schedule_was_switched_off() -> None:
    drafted(approval="or_skip")
    Schedule.objects.update(is_active=False)
    plan(now=DUE)
    assert only().state == Digest.State.HELD


def test_one_that_may_be_skipped_goes_out_once_it_is_approved() -> None:
    digest = drafted(approval="or_skip")
    approval.approve(digest_id=digest.pk, by=make_staff(), now=LEAD)
    plan(now=DUE)
    assert only().state == Digest.State.PREPARING


def test_an_approved_digest_goes_out_at_its_time() -> None:
    digest = drafted(approval="editor")
    approval.approve(digest_id=digest.pk, by=make_staff(), now=LEAD)
    plan(now=DUE)
    assert only().state == Digest.State.PREPARING
    assert only().approved_by is not None


def test_an_edit_after_the_approval_needs_a_new_one() -> None:
    digest = drafted(approval="editor")
    approval.approve(digest_id=digest.pk, by=make_staff(), now=LEAD)
    edits.begin(digest_id=digest.pk, version=digest.version, by=None, now=LEAD)
    plan(now=DUE)
    assert only().state == Digest.State.HELD
