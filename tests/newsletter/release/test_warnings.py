"""Warnings need a tick, are logged when they are let pass, and are asked about once."""

from datetime import timedelta

import pytest

from config.models import StaffUser
from newsletter.models import Digest, Overruling
from newsletter.release import approval, readiness
from newsletter.release.consent import NotLookedAt, Said
from newsletter.scheduling.planning import plan
from subscribers.models import Notice, StaffAct
from tests.factories import NOW, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def long(ready: Digest) -> Digest:
    """With one thing that is worth a look."""
    ready.subject = "x" * 60
    ready.save()
    return ready


def mark(digest: Digest) -> str:
    return readiness.problems(digest=digest, now=NOW)[0].mark


def test_a_warning_without_a_tick_keeps_it_a_draft(long: Digest, ines: StaffUser) -> None:
    with pytest.raises(NotLookedAt) as refusal:
        approval.approve(digest_id=long.pk, by=ines, now=NOW, said=Said(looked_at=[]))
    assert [problem.code for problem in refusal.value.problems] == ["long_subject"]
    assert not StaffAct.objects.exists()


def test_a_tick_lets_it_pass_and_is_logged_with_its_words(long: Digest, ines: StaffUser) -> None:
    approval.approve(digest_id=long.pk, by=ines, now=NOW, said=Said(looked_at=[mark(long)]))
    act = StaffAct.objects.get(act=StaffAct.Act.OVERRULED)
    assert (act.actor, act.target) == (ines, f"newsletter.digest:{long.pk}")
    assert "60 characters" in act.detail


def test_the_same_words_are_not_asked_about_again(long: Digest, ines: StaffUser) -> None:
    approval.approve(digest_id=long.pk, by=ines, now=NOW, said=Said(looked_at=[mark(long)]))
    approval.take_back(digest_id=long.pk, by=ines, now=NOW)
    approval.approve(digest_id=long.pk, by=ines, now=NOW, said=Said(looked_at=[]))
    assert Overruling.objects.count() == 1


def test_other_words_are(long: Digest, ines: StaffUser) -> None:
    approval.approve(digest_id=long.pk, by=ines, now=NOW, said=Said(looked_at=[mark(long)]))
    approval.take_back(digest_id=long.pk, by=ines, now=NOW)
    Digest.objects.update(subject="y" * 60)
    with pytest.raises(NotLookedAt):
        approval.approve(digest_id=long.pk, by=ines, now=NOW, said=Said(looked_at=[]))


def test_with_nobody_at_the_desk_they_are_logged_and_told_and_do_not_block(long: Digest) -> None:
    make_staff()
    long.newsletter.schedule.approval = "automatic"
    long.newsletter.schedule.save()
    plan(now=NOW + timedelta(minutes=1))
    long.refresh_from_db()
    assert long.state == Digest.State.PREPARING
    assert StaffAct.objects.get(act=StaffAct.Act.OVERRULED).actor is None
    assert "60 characters" in Notice.objects.get().context["message"]
    assert long.changes.get(new="approved").reason == "Approved by the schedule"


def test_with_nobody_at_the_desk_an_error_holds_it(ready: Digest) -> None:
    ready.newsletter.schedule.approval = "automatic"
    ready.newsletter.schedule.save()
    Digest.objects.update(intro="TK")
    plan(now=NOW + timedelta(minutes=1))
    ready.refresh_from_db()
    assert (ready.state, '"TK"' in ready.reason) == (Digest.State.HELD, True)
