"""Two different people approve where the newsletter asks for it."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from config.models import StaffUser
from newsletter.digests import edits, locking
from newsletter.models import Agreement, Digest, Schedule
from newsletter.release import approval
from newsletter.release.consent import SecondPersonNeeded, WaitsForSecond
from newsletter.scheduling import board
from newsletter.scheduling.planning import plan
from tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture
def ready(ready: Digest) -> Digest:
    Schedule.objects.update(approvers=2, approval="automatic")
    ready.newsletter.schedule.refresh_from_db()
    return ready


def first(digest: Digest, by: StaffUser) -> None:
    with pytest.raises(WaitsForSecond):
        approval.approve(digest_id=digest.pk, by=by, now=NOW)


def state(digest: Digest) -> str:
    return Digest.objects.get(pk=digest.pk).state


def test_the_first_approval_is_noted_and_it_stays_a_draft(ready: Digest, ines: StaffUser) -> None:
    first(ready, ines)
    assert state(ready) == "draft"
    assert Agreement.objects.get().person == ines


def test_the_second_person_approves_it(ready: Digest, ines: StaffUser, jo: StaffUser) -> None:
    first(ready, ines)
    assert approval.approve(digest_id=ready.pk, by=jo, now=NOW).approved_by == jo
    assert state(ready) == "approved"


def test_the_same_person_twice_is_one(ready: Digest, ines: StaffUser) -> None:
    first(ready, ines)
    first(ready, ines)
    assert (state(ready), Agreement.objects.count()) == ("draft", 1)


def test_a_change_between_them_starts_anew(ready: Digest, ines: StaffUser, jo: StaffUser) -> None:
    first(ready, ines)
    Digest.objects.update(subject="Harbour open again")
    first(ready, jo)
    assert state(ready) == "draft"


def test_an_edit_voids_the_first_even_when_it_is_undone(
    ready: Digest, ines: StaffUser, jo: StaffUser
) -> None:
    first(ready, ines)
    edits.begin(digest_id=ready.pk, version=1, by=jo, now=NOW)
    first(ready, jo)


def test_taking_it_back_voids_both(ready: Digest, ines: StaffUser, jo: StaffUser) -> None:
    first(ready, ines)
    approval.approve(digest_id=ready.pk, by=jo, now=NOW)
    approval.take_back(digest_id=ready.pk, by=ines, now=NOW)
    first(ready, ines)


def test_one_alone_cannot_send_it_and_leaves_no_trace(ready: Digest, ines: StaffUser) -> None:
    with pytest.raises(SecondPersonNeeded):
        approval.send_now(digest_id=ready.pk, by=ines, now=NOW)
    assert not Agreement.objects.exists()


def test_the_second_may_send_it_at_once(ready: Digest, ines: StaffUser, jo: StaffUser) -> None:
    first(ready, ines)
    approval.send_now(digest_id=ready.pk, by=jo, now=NOW)
    assert state(ready) == "scheduled"


@pytest.mark.parametrize("approvals", [0, 1])
def test_it_never_goes_out_by_itself(ready: Digest, ines: StaffUser, approvals: int) -> None:
    if approvals:
        first(ready, ines)
    plan(now=NOW + timedelta(minutes=1))
    ready.refresh_from_db()
    assert ready.state == "held"
    assert ("Only one person" in ready.reason) == bool(approvals)


def test_the_board_says_who_must_act(ready: Digest, ines: StaffUser) -> None:
    def row() -> board.BoardRow:
        return next(one for one in board.rows(now=NOW) if one.digest == ready)

    assert (row().who, row().missing) == (board.EDITOR, (board.APPROVAL,))
    first(ready, ines)
    assert (row().who, row().missing) == (board.SECOND, (board.SECOND_APPROVAL,))


def test_the_command_needs_two_names(ready: Digest, ines: StaffUser, jo: StaffUser) -> None:
    with pytest.raises(CommandError, match="Two different people"):
        call_command("send_digest", str(ready.pk), "--approve-as", "ines")
    names = ["--approve-as", "ines", "--approve-as", "jo"]
    call_command("send_digest", str(ready.pk), *names)
    assert state(ready) == "scheduled"


def test_no_news_comes_in_after_the_first_approval(ready: Digest, ines: StaffUser) -> None:
    Digest.objects.update(release_at=NOW + timedelta(hours=5))
    first(ready, ines)
    ready.refresh_from_db()
    assert ready.locked_at == NOW
    assert locking.let_news_in(digest_id=ready.pk, now=NOW)
    assert not Agreement.objects.exists()
