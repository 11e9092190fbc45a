"""Each button of a mail: what it asks, the one thing it does, and that looking does nothing."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from config.models import StaffUser
from newsletter.admin.mails.steps import OF_STATE, STEPS
from newsletter.models import Digest, DigestChange, Revision
from newsletter.rendering import message
from subscribers.models import Newsletter
from tests.factories import make_revision, make_schedule
from tests.newsletter.admin.conftest import page_of, step_of

State = Digest.State


def put(digest: Digest, state: State) -> None:
    """Into `state`, with the revision that all but drafts need."""
    standing = message.preview(digest=digest, now=timezone.now())
    revision = digest.revision or make_revision(digest, digest_hash=standing.digest_hash)
    keeps = state not in {State.DRAFT, State.HELD, State.SKIPPED}
    Digest.objects.filter(pk=digest.pk).update(
        state=state, revision=revision if keeps else None, reason="Why it is so."
    )
    digest.refresh_from_db()


def state(digest: Digest) -> str:
    return Digest.objects.get(pk=digest.pk).state


@pytest.mark.parametrize(
    ("old", "key", "new"),
    [
        (State.APPROVED, "send-now", State.SCHEDULED),
        (State.APPROVED, "back-to-draft", State.DRAFT),
        (State.SCHEDULED, "back-to-draft", State.DRAFT),
        (State.SCHEDULED, "cancel", State.CANCELLED),
        (State.PREPARING, "pause", State.PAUSED),
        (State.SENDING, "pause", State.PAUSED),
        (State.PAUSED, "resume", State.SENDING),
        (State.PAUSED, "cancel", State.CANCELLED),
        (State.HELD, "back-to-draft", State.DRAFT),
        (State.HELD, "cancel", State.CANCELLED),
        (State.SKIPPED, "make-anyway", State.DRAFT),
        (State.SKIPPED, "cancel", State.CANCELLED),
    ],
)
def test_a_post_takes_the_step_in_the_name_of_the_person(
    desk: Client, editor: StaffUser, mail: Digest, old: State, key: str, new: State
) -> None:
    put(mail, old)
    response = desk.post(step_of(mail, key), follow=True)
    assert (response.status_code, state(mail)) == (200, new)
    assert DigestChange.objects.last().actor == editor
    assert STEPS[key].done in response.text


@pytest.mark.parametrize("old", [State.DRAFT, State.HELD])
def test_sending_a_draft_or_a_held_mail_approves_it_on_the_way(
    desk: Client, editor: StaffUser, mail: Digest, old: State
) -> None:
    put(mail, old)
    desk.post(step_of(mail, "send-now"))
    mail.refresh_from_db()
    assert (mail.state, mail.approved_by) == (State.SCHEDULED, editor)


def test_approving_freezes_the_words(desk: Client, editor: StaffUser, mail: Digest) -> None:
    desk.post(step_of(mail, "approve"))
    mail.refresh_from_db()
    assert (mail.state, mail.approved_by) == (State.APPROVED, editor)
    assert Revision.objects.get(digest=mail).subject == "Harbour reopens"


@pytest.mark.parametrize("old", list(State))
def test_looking_changes_nothing_in_any_state(desk: Client, mail: Digest, old: State) -> None:
    put(mail, old)
    for key in STEPS:
        desk.get(step_of(mail, key))
    for name in ("change", "schedule", "test"):
        desk.get(page_of(mail, name))
    assert state(mail) == old
    assert not DigestChange.objects.exists()


def test_send_now_asks_once_in_numbers(desk: Client, mail: Digest) -> None:
    text = desk.get(step_of(mail, "send-now")).text
    assert "Send <em>Harbour reopens</em> to 1,203 readers now?" in text
    assert "Send to 1,203" in text
    assert "Keep as draft" in text


def test_what_is_not_ready_stays_a_draft_and_says_what_is_missing(
    desk: Client, mail: Digest
) -> None:
    Digest.objects.update(subject="")
    assert "It has no subject." in desk.get(page_of(mail)).text
    response = desk.post(step_of(mail, "approve"), follow=True)
    assert "It has no subject." in response.text
    assert state(mail) == State.DRAFT


@pytest.mark.parametrize("old", list(State))
def test_only_the_steps_of_the_state_are_offered_and_taken(
    desk: Client, mail: Digest, old: State
) -> None:
    put(mail, old)
    offered = {step.key for step in OF_STATE[old]}
    text = desk.get(page_of(mail)).text
    for key, step in STEPS.items():
        address = page_of(mail, step.page) if step.page else step_of(mail, key)
        assert (f'"{address}"' in text) == (key in offered)
    for key in set(STEPS) - offered:
        desk.post(step_of(mail, key))
    assert state(mail) == old


def test_stop_stands_in_the_same_place_in_every_state(desk: Client, mail: Digest) -> None:
    for old in (State.DRAFT, State.SENDING, State.PAUSED):
        put(mail, old)
        text = desk.get(page_of(mail)).text
        place = text.index('class="desk-steps-stop"')
        assert text.index("desk-stop", place + 30) > place


def test_a_mail_is_scheduled_in_the_newsletters_zone(desk: Client, mail: Digest) -> None:
    mail.newsletter.time_zone = "America/New_York"
    mail.newsletter.save()
    day = (timezone.now() + timedelta(days=20)).date()
    desk.post(page_of(mail, "schedule"), {"day": day.isoformat(), "time": "06:30"})
    mail.refresh_from_db()
    assert mail.state == State.SCHEDULED
    assert mail.release_at is not None
    assert mail.release_at.astimezone(mail.newsletter.zone).strftime("%F %H:%M") == f"{day} 06:30"


def test_a_time_that_is_past_is_refused_beside_the_field(desk: Client, mail: Digest) -> None:
    response = desk.post(page_of(mail, "schedule"), {"day": "2020-01-01", "time": "06:30"})
    assert "That time is past." in response.text
    assert state(mail) == State.DRAFT


def test_a_test_goes_to_ones_own_address_and_changes_nothing(
    desk: Client, editor: StaffUser, mail: Digest
) -> None:
    assert editor.email in desk.get(page_of(mail, "test")).text
    response = desk.post(page_of(mail, "test"), {"to": editor.email}, follow=True)
    assert f"A test is on its way to {editor.email}." in response.text
    assert state(mail) == State.DRAFT


def test_too_many_tests_are_refused_beside_the_field(desk: Client, mail: Digest) -> None:
    for ten in range(4):
        to = ", ".join(f"reader-{ten}{number}@example.org" for number in range(10))
        response = desk.post(page_of(mail, "test"), {"to": to}, follow=True)
        assert ("30 test mails an hour" in response.text) == (ten == 3)


@pytest.mark.parametrize("there", [State.SCHEDULED, State.PREPARING, State.SENDING])
def test_the_page_of_a_mail_on_its_way_looks_again_by_itself(
    desk: Client, mail: Digest, there: State
) -> None:
    """Also right after "Send now", before the first reader is counted."""
    put(mail, there)
    Digest.objects.update(release_at=timezone.now())
    page = desk.get(page_of(mail)).text
    assert "data-moving" in page
    assert "Was due" not in page


def test_a_mail_scheduled_for_later_is_left_in_peace(desk: Client, mail: Digest) -> None:
    put(mail, State.SCHEDULED)
    Digest.objects.update(release_at=timezone.now() + timedelta(hours=1))
    assert "data-moving" not in desk.get(page_of(mail)).text


def test_what_happened_is_told_in_the_newsletters_time(desk: Client, mail: Digest) -> None:
    mail.newsletter.time_zone = "Asia/Tokyo"
    mail.newsletter.save()
    DigestChange.objects.create(
        digest=mail, old=State.DRAFT, new=State.HELD, at=datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    )
    assert "24 Nov 2026, 15:30 JST" in desk.get(page_of(mail)).text


def test_a_mail_without_a_time_is_offered_that_of_its_schedule(desk: Client, mail: Digest) -> None:
    """What was taken back to draft lost its time, but the day still has one."""
    make_schedule(mail.newsletter, weekdays="1234567")
    day = timezone.now().astimezone(mail.newsletter.zone).date() + timedelta(days=2)
    Digest.objects.update(occurrence=day.isoformat())
    page = desk.get(page_of(mail, "schedule")).text
    assert f'value="{day.isoformat()}"' in page
    assert 'value="06:30"' in page


@pytest.mark.parametrize("there", [State.CANCELLED, State.SKIPPED])
def test_nothing_is_due_that_was_called_off(desk: Client, mail: Digest, there: State) -> None:
    put(mail, there)
    Digest.objects.update(release_at=timezone.now() + timedelta(hours=3))
    assert "Was to go out" in desk.get(page_of(mail)).text


@pytest.mark.parametrize(
    ("day", "field", "said"),
    [("0001-01-01", "time", "is past"), ("9999-12-31", "day", "more than a year away")],
)
@pytest.mark.parametrize("zone", ["Asia/Tokyo", "America/New_York"])
def test_no_mail_is_scheduled_for_a_day_that_no_zone_can_tell(
    desk: Client, mail: Digest, zone: str, day: str, field: str, said: str
) -> None:
    Newsletter.objects.update(time_zone=zone)
    for time in ("00:00", "23:59"):
        page = desk.post(page_of(mail, "schedule"), {"day": day, "time": time})
        assert said in str(page.context["form"].errors[field])
