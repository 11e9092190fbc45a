"""Telling staff an hour and half an hour before a mail is due that it waits for them."""

from datetime import date, time, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext

from config.rights import EDITOR, SENDER
from newsletter.digests import editing, lifecycle
from newsletter.models import Digest, Escalation, Schedule
from newsletter.release import approval
from newsletter.release.consent import WaitsForSecond
from newsletter.scheduling import escalation, needs
from newsletter.scheduling.escalation import escalate, let_go
from newsletter.scheduling.planning import plan
from subscribers import notices
from subscribers.models import Notice
from tests.factories import make_digest, make_newsletter, make_schedule, make_staff
from tests.newsletter.scheduling.planned import DUE, LEAD, drafted, only

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("stories")]

Step = Escalation.Step


def before(minutes: int):
    return DUE - timedelta(minutes=minutes)


def told() -> list[str]:
    """The subjects in order."""
    return [one["subject"] for one in Notice.objects.order_by("pk").values_list("context", flat=1)]


def in_group(name: str, **fields):
    person = make_staff(**fields)
    person.groups.add(Group.objects.get(name=name))
    return person


@pytest.fixture
def editor(db):
    return in_group(EDITOR)


def test_a_draft_that_waits_for_approval_is_told_at_both_steps_and_once_each(editor) -> None:
    drafted(approval="editor")
    for minutes in (61, 60, 59, 45, 31, 30, 29, 5, 1):
        escalate(now=before(minutes))
        escalate(now=before(minutes))
    hour, half = told()
    assert hour.endswith("2026-11-24: due in 1 h, waits for an editor")
    assert half.endswith("due in 30 min, waits for an editor")


def test_it_says_which_mail_when_what_is_missing_who_acts_and_where(editor) -> None:
    digest = drafted(approval="editor")
    escalate(now=before(58))
    said = Notice.objects.get().context
    assert said["message"].splitlines() == [
        "Due today, 6:30 am London time, in 58 min.",
        "Missing: Approval.",
        "An editor has to act. Otherwise the mail is held at its time.",
    ]
    assert said["url"].endswith(f"/admin/newsletter/digest/{digest.pk}/change/")


def test_its_mail_has_each_of_these_on_a_line_of_its_own(editor) -> None:
    drafted(approval="editor")
    escalate(now=before(58))
    mailing, recipient = notices.compose(notice=Notice.objects.get(), now=before(58))
    assert recipient.address == editor.email
    assert "in 58 min.<br>Missing: Approval.<br>An editor has to act." in mailing.html
    assert "in 58 min.\nMissing: Approval.\nAn editor has to act." in mailing.text


def test_nothing_is_said_of_what_goes_by_itself_and_is_ready(editor) -> None:
    drafted()
    for minutes in (60, 30, 1):
        escalate(now=before(minutes))
    assert not told()


def test_nothing_is_said_of_what_is_approved_and_as_it_was(editor) -> None:
    digest = drafted(approval="editor")
    approval.schedule(digest_id=digest.pk, release_at=DUE, by=editor, now=LEAD)
    escalate(now=before(60))
    assert not told()


def test_what_keeps_an_automatic_mail_back_is_named(editor) -> None:
    drafted()
    Digest.objects.update(subject="", touched_at=LEAD)
    escalate(now=before(60))
    assert "subject" in Notice.objects.get().context["message"].lower()


def test_an_automatic_mail_that_only_lacks_news_needs_nobody(editor) -> None:
    drafted(min_stories=50)
    assert only().state == Digest.State.DRAFT
    escalate(now=before(60))
    assert not told()


def test_one_that_is_taken_back_within_the_hour_is_told_at_once(editor) -> None:
    digest = drafted(approval="editor")
    approval.schedule(digest_id=digest.pk, release_at=DUE, by=editor, now=LEAD)
    escalate(now=before(29))
    assert not told()
    editing.rewrite(
        digest_id=digest.pk,
        version=only().version,
        words={"subject": "Half written"},
        items=editing.standing(digest=only()),
        by=editor,
        now=before(20),
    )
    escalate(now=before(20))
    assert [one.partition(": ")[2] for one in told()] == ["due in 20 min, waits for an editor"]


def test_one_made_inside_the_last_half_hour_gets_one_message(editor) -> None:
    make_digest(make_schedule(approval="editor").newsletter, release_at=DUE)
    for minutes in (20, 19, 2):
        escalate(now=before(minutes))
    assert len(told()) == 1
    assert Escalation.objects.get().step == Step.HALF_HOUR


def test_one_that_is_moved_is_told_anew_for_its_new_time(editor) -> None:
    drafted(approval="editor")
    escalate(now=before(60))
    Digest.objects.update(release_at=DUE + timedelta(hours=2))
    for minutes in (59, 30):
        escalate(now=before(minutes))
    assert len(told()) == 1
    escalate(now=before(60) + timedelta(hours=2))
    escalate(now=before(30) + timedelta(hours=2))
    assert len(told()) == 3


def test_one_put_right_after_the_first_message_gets_no_second(editor) -> None:
    digest = drafted(approval="editor")
    escalate(now=before(60))
    approval.schedule(digest_id=digest.pk, release_at=DUE, by=editor, now=before(50))
    escalate(now=before(30))
    assert len(told()) == 1


def test_only_a_second_person_is_asked_for_the_second_approval(editor) -> None:
    second = in_group(EDITOR)
    digest = drafted(approval="editor", approvers=2)
    with pytest.raises(WaitsForSecond):
        approval.approve(digest_id=digest.pk, by=editor, now=LEAD)
    escalate(now=before(60))
    notice = Notice.objects.get()
    assert notice.staff_address == second.email
    assert "A second person has to act." in notice.context["message"]


def test_those_who_cannot_do_it_are_not_bothered(editor) -> None:
    in_group(SENDER)
    in_group(EDITOR, is_active=False)
    boss = make_staff(is_superuser=True)
    drafted(approval="editor")
    escalate(now=before(60))
    assert set(Notice.objects.values_list("staff_address", flat=True)) == {
        editor.email,
        boss.email,
    }


def test_where_nobody_can_do_it_all_staff_are_told() -> None:
    sender = in_group(SENDER)
    in_group(EDITOR, email="")
    drafted(approval="editor")
    escalate(now=before(60))
    assert Notice.objects.get().staff_address == sender.email


def test_one_that_would_be_skipped_says_so(editor) -> None:
    drafted(approval="or_skip")
    escalate(now=before(60))
    assert "Otherwise the mail is skipped." in Notice.objects.get().context["message"]


def test_one_that_was_approved_before_is_held_and_says_so(editor) -> None:
    digest = drafted(approval="or_skip")
    approval.approve(digest_id=digest.pk, by=editor, now=LEAD)
    lifecycle.back_to_draft(digest_id=digest.pk, by=None, now=LEAD, reason=approval.CHANGED)
    escalate(now=before(60))
    assert "Otherwise the mail is held" in Notice.objects.get().context["message"]
    plan(now=DUE)
    assert only().state == Digest.State.HELD


def test_one_that_was_taken_back_and_forgotten_is_told_at_both_steps(editor) -> None:
    digest = drafted()
    approval.schedule(digest_id=digest.pk, release_at=DUE, by=editor, now=LEAD)
    approval.take_back(digest_id=digest.pk, by=editor, now=LEAD)
    for minutes in (61, 60, 59, 31, 30, 29, 1):
        escalate(now=before(minutes))
    hour, half = told()
    assert "due in 1 h, waits for an editor" in hour
    assert "due in 30 min" in half
    said = Notice.objects.first().context["message"]
    assert "Otherwise nothing goes out: it was taken back and has no time." in said


def test_one_that_is_held_before_its_time_waits_for_a_sender() -> None:
    sender = in_group(SENDER)
    make_digest(
        make_schedule().newsletter, release_at=DUE, state=Digest.State.HELD, reason="No link works."
    )
    escalate(now=before(60))
    notice = Notice.objects.get()
    assert notice.staff_address == sender.email
    assert "Missing: No link works." in notice.context["message"]


def test_with_waves_the_first_of_them_counts(editor) -> None:
    drafted(approval="editor")
    first = DUE - timedelta(hours=14)
    Digest.objects.update(
        release_at=first, wave_day=date(2026, 11, 24), wave_time=time(6, 30), created_at=first
    )
    escalate(now=first - timedelta(minutes=60))
    assert (
        Notice.objects.get()
        .context["message"]
        .startswith("Due tomorrow, 6:30 am by each reader's own clock; the first get it in 1 h.")
    )


def test_trouble_with_one_does_not_keep_the_others_from_being_told(editor, monkeypatch) -> None:
    broken = make_digest(make_schedule(approval="editor").newsletter, release_at=before(1))
    drafted_too = make_digest(make_schedule(approval="editor").newsletter, release_at=DUE)

    def need(*, digest: Digest, now):
        if digest == broken:
            raise RuntimeError
        return needs.need(digest=digest, now=now)

    monkeypatch.setattr(escalation, "need", need)
    escalate(now=before(61))
    escalate(now=before(60))
    assert Escalation.objects.get().digest == drafted_too


def test_many_open_mails_cost_two_statements_when_there_is_nothing_to_say(editor) -> None:
    newsletter = make_schedule(approval="editor").newsletter
    Digest.objects.bulk_create(
        Digest(
            newsletter=newsletter,
            occurrence=f"2026-11-24-{number}",
            layout="morning_briefing",
            release_at=DUE + timedelta(minutes=number),
            created_at=LEAD,
        )
        for number in range(100)
    )
    ready = make_digest(make_newsletter(), release_at=before(5))
    Schedule.objects.create(
        newsletter=ready.newsletter, local_time=time(6, 30), effective_from=LEAD
    )
    escalate(now=before(60))
    told_by_now = len(told())
    with CaptureQueriesContext(connection) as asked:
        escalate(now=before(60))
    assert (len(asked), len(told())) == (2, told_by_now)


def test_rows_of_mails_that_are_over_are_let_go(editor) -> None:
    drafted(approval="editor")
    escalate(now=before(60))
    assert let_go(DUE, DUE, 10) == 0
    Digest.objects.update(state=Digest.State.SKIPPED)
    assert let_go(DUE, DUE, 10) == 1
