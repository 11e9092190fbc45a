"""Each decision about a mail stands in the record of what staff did, by whichever way it came."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from config.models import StaffUser
from newsletter.delivery import cancelling, control, correcting, missed, unanswered
from newsletter.digests import lifecycle
from newsletter.models import Digest
from newsletter.release import approval
from newsletter.release.approval import Decision
from newsletter.scheduling import letting_go
from subscribers.models import StaffAct
from tests.factories import make_digest, make_newsletter, make_readers, make_section, make_staff
from tests.newsletter.admin import on_its_way

pytestmark = pytest.mark.django_db
Act = StaffAct.Act


@pytest.fixture
def ines() -> StaffUser:
    return make_staff(username="ines", first_name="Ines", last_name="Okafor")


@pytest.fixture
def mail() -> Digest:
    newsletter = make_newsletter(name="Morning Briefing")
    make_readers(newsletter, 1_203)
    digest = make_digest(newsletter, subject="Harbour reopens", release_at=None)
    make_section(digest, "lead", {"headline": "Harbour reopens", "link": "https://a.example/1"})
    return digest


def rows() -> list[tuple[str, str]]:
    """Who did what, the oldest first."""
    return [(row.actor_name, row.act) for row in StaffAct.objects.order_by("pk")]


def test_approving_names_person_mail_and_version(mail: Digest, ines: StaffUser) -> None:
    approval.approve(digest_id=mail.pk, by=ines, now=timezone.now())
    row = StaffAct.objects.get()
    assert (row.act, row.actor, row.actor_name) == (Act.APPROVED, ines, "Ines Okafor")
    assert row.about == f"Morning Briefing {mail.occurrence}"
    assert row.target == f"newsletter.digest:{mail.pk}"
    assert row.detail == "Version 1 of its words."


def test_sending_a_draft_is_an_approval_and_a_sending(mail: Digest, ines: StaffUser) -> None:
    approval.send_now(digest_id=mail.pk, by=ines, now=timezone.now())
    assert rows() == [("Ines Okafor", Act.APPROVED), ("Ines Okafor", Act.SENT)]
    assert StaffAct.objects.get(act=Act.SENT).detail == "Now."


def test_scheduling_names_the_time(mail: Digest, ines: StaffUser) -> None:
    at = timezone.datetime(2030, 11, 24, 6, 30, tzinfo=timezone.get_fixed_timezone(60))
    approval.schedule(digest_id=mail.pk, release_at=at, by=ines, now=timezone.now())
    assert StaffAct.objects.get(act=Act.SENT).detail == "Due 2030-11-24 05:30 UTC."


def test_what_goes_out_by_the_schedule_was_the_service(mail: Digest) -> None:
    now = timezone.now()
    Digest.objects.filter(pk=mail.pk).update(release_at=now)
    mail.newsletter.refresh_from_db()
    approval.approve(digest_id=mail.pk, by=None, now=now)
    for digest in letting_go.due(now=now):
        letting_go.release_due(digest=digest, now=now)
    assert rows() == [("the service", Act.APPROVED), ("the service", Act.SENT)]


def test_pausing_going_on_and_cancelling(mail: Digest, ines: StaffUser) -> None:
    on_its_way.send(mail)
    now = timezone.now()
    for decide in (control.pause, control.resume, cancelling.cancel):
        assert decide(digest_id=mail.pk, by=ines, now=now)
    assert [act for name, act in rows() if name == "Ines Okafor"] == [
        Act.PAUSED,
        Act.RESUMED,
        Act.CANCELLED,
    ]


def test_a_step_that_came_too_late_leaves_no_row(mail: Digest, ines: StaffUser) -> None:
    assert not control.pause(digest_id=mail.pk, by=ines, now=timezone.now())
    assert rows() == []


def test_calling_off_a_held_one(mail: Digest, ines: StaffUser) -> None:
    now = timezone.now()
    lifecycle.hold(digest_id=mail.pk, reason="Too late.", now=now)
    approval.release_held(digest_id=mail.pk, decision=Decision.CANCEL, by=ines, now=now)
    assert rows() == [("Ines Okafor", Act.CANCELLED)]


def test_approving_a_correction(mail: Digest, ines: StaffUser) -> None:
    on_its_way.pause(on_its_way.send(mail))
    Digest.objects.filter(pk=mail.pk).update(subject="Harbour stays shut", version=2)
    correcting.approve(
        digest_id=mail.pk, note="It stays shut.", version=2, by=ines, now=timezone.now()
    )
    row = StaffAct.objects.filter(act=Act.APPROVED, actor=ines).get()
    assert row.detail == "Corrected: It stays shut."


@pytest.mark.parametrize(
    ("state", "decide", "words"),
    [
        ("unknown", unanswered.send_again, "Sent again to 203 of whom it was unknown"),
        ("failed", missed.send, "Sent to 203 who had been missed"),
    ],
)
def test_sending_again_says_to_how_many(
    mail: Digest, ines: StaffUser, state: str, decide, words: str
) -> None:
    on_its_way.finish(on_its_way.send(mail, rest=state))
    assert decide(digest_id=mail.pk, by=ines, now=timezone.now()) == 203
    row = StaffAct.objects.filter(actor=ines).get()
    assert (row.act, row.detail) == (Act.SENT, words)


def test_the_command_acts_for_the_account_that_it_names(mail: Digest, ines: StaffUser) -> None:
    call_command("send_digest", str(mail.pk), "--approve-as", "ines")
    assert rows() == [("Ines Okafor", Act.APPROVED), ("Ines Okafor", Act.SENT)]


def test_what_is_rolled_back_leaves_no_row(mail: Digest, ines: StaffUser) -> None:
    Digest.objects.filter(pk=mail.pk).update(subject="")
    with pytest.raises(approval.NotReady):
        approval.send_now(digest_id=mail.pk, by=ines, now=timezone.now())
    assert rows() == []
