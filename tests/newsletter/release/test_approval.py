"""From a draft to frozen words and a time; what a person can make of a held or skipped one."""

from datetime import timedelta

import pytest

from config.models import StaffUser
from newsletter.digests import edits, lifecycle
from newsletter.digests.assembly import make_digest
from newsletter.models import Digest, DigestChange, Item, Revision
from newsletter.release import approval
from newsletter.release.approval import Decision, NotReady, WrongState
from tests.factories import NOW, make_article, make_schedule, make_staff

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def editor() -> StaffUser:
    return make_staff()


@pytest.fixture
def digest() -> Digest:
    schedule = make_schedule()
    for _ in range(4):
        make_article()
    return make_digest(
        newsletter=schedule.newsletter, occurrence="2026-11-24", release_at=None, now=NOW
    )


def state(digest: Digest) -> str:
    return Digest.objects.get(pk=digest.pk).state


def test_it_freezes_the_words_and_says_who_approved(digest: Digest, editor: StaffUser) -> None:
    revision = approval.approve(digest_id=digest.pk, by=editor, now=NOW)
    digest.refresh_from_db()
    assert (digest.state, digest.revision, digest.approved_by) == ("approved", revision, editor)
    assert revision.subject == digest.subject
    assert DigestChange.objects.get().actor == editor


def test_approving_twice_freezes_once(digest: Digest, editor: StaffUser) -> None:
    first = approval.approve(digest_id=digest.pk, by=editor, now=NOW)
    assert approval.approve(digest_id=digest.pk, by=editor, now=LATER) == first
    assert Revision.objects.count() == 1


def test_it_refuses_what_is_not_ready_and_leaves_it_as_it_was(
    digest: Digest, editor: StaffUser
) -> None:
    Digest.objects.update(subject="")
    with pytest.raises(NotReady, match="no subject") as refusal:
        approval.approve(digest_id=digest.pk, by=editor, now=NOW)
    assert [problem.code for problem in refusal.value.problems] == ["no_subject"]
    assert state(digest) == "draft"
    assert not Revision.objects.exists()


def test_the_words_after_an_edit_are_frozen_anew(digest: Digest, editor: StaffUser) -> None:
    approval.approve(digest_id=digest.pk, by=editor, now=NOW)
    edits.begin(digest_id=digest.pk, version=1, by=editor, now=NOW)
    Digest.objects.update(subject="Harbour open again")
    second = approval.approve(digest_id=digest.pk, by=editor, now=NOW)
    assert (second.number, second.subject) == (2, "Harbour open again")


def test_scheduling_a_draft_approves_it(digest: Digest, editor: StaffUser) -> None:
    approval.schedule(digest_id=digest.pk, release_at=LATER, by=editor, now=NOW)
    digest.refresh_from_db()
    assert (digest.state, digest.release_at) == ("scheduled", LATER)


def test_a_scheduled_digest_can_be_moved_to_another_time(digest: Digest, editor: StaffUser) -> None:
    for at in (LATER, LATER + timedelta(hours=1)):
        approval.schedule(digest_id=digest.pk, release_at=at, by=editor, now=NOW)
    digest.refresh_from_db()
    assert digest.release_at == LATER + timedelta(hours=1)


def test_sending_now_schedules_it_for_this_moment(digest: Digest, editor: StaffUser) -> None:
    approval.send_now(digest_id=digest.pk, by=editor, now=NOW)
    digest.refresh_from_db()
    assert (digest.state, digest.release_at) == ("scheduled", NOW)


def test_what_is_going_out_is_not_sent_again(digest: Digest, editor: StaffUser) -> None:
    approval.send_now(digest_id=digest.pk, by=editor, now=NOW)
    lifecycle.release(digest_id=digest.pk, now=NOW)
    with pytest.raises(WrongState, match="preparing"):
        approval.send_now(digest_id=digest.pk, by=editor, now=NOW)


@pytest.mark.parametrize(
    ("decision", "expected"),
    [
        (Decision.SEND, "scheduled"),
        (Decision.DRAFT, "draft"),
        (Decision.CANCEL, "cancelled"),
    ],
)
def test_a_person_decides_on_a_held_digest(
    digest: Digest, editor: StaffUser, decision: Decision, expected: str
) -> None:
    Digest.objects.update(release_at=NOW - timedelta(hours=4))
    lifecycle.hold(digest_id=digest.pk, reason="More than 3 h late", now=NOW)
    approval.release_held(digest_id=digest.pk, decision=decision, by=editor, now=NOW)
    assert state(digest) == expected


def test_a_held_digest_taken_back_has_no_time_any_more(digest: Digest, editor: StaffUser) -> None:
    Digest.objects.update(release_at=NOW - timedelta(hours=4))
    lifecycle.hold(digest_id=digest.pk, reason="late", now=NOW)
    approval.release_held(digest_id=digest.pk, decision=Decision.DRAFT, by=editor, now=NOW)
    digest.refresh_from_db()
    assert digest.release_at is None


def test_there_is_nothing_to_decide_on_a_draft(digest: Digest, editor: StaffUser) -> None:
    with pytest.raises(WrongState):
        approval.release_held(digest_id=digest.pk, decision=Decision.SEND, by=editor, now=NOW)


def test_a_skipped_digest_is_made_anyway(editor: StaffUser) -> None:
    newsletter = make_schedule(min_stories=5).newsletter
    story = make_article(published_at=NOW - timedelta(days=20))
    digest = make_digest(newsletter=newsletter, occurrence="2026-11-24", release_at=NOW, now=NOW)
    approval.make_anyway(digest_id=digest.pk, by=editor, now=LATER)
    digest.refresh_from_db()
    assert (digest.state, digest.release_at) == ("draft", None)
    assert Item.objects.get().article == story
    with pytest.raises(WrongState):
        approval.make_anyway(digest_id=digest.pk, by=editor, now=LATER)
    assert Item.objects.count() == 1
