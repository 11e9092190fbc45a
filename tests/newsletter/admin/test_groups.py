"""What each group may do with a mail, through the addresses of the desk; and what it finds."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.models import StaffUser
from config.rights import ADMINISTRATOR, AUDIENCE, EDITOR, GROUPS, SENDER
from newsletter.digests import lifecycle
from newsletter.models import Digest
from newsletter.release import approval
from newsletter.release.consent import Said
from subscribers.models import Notice
from tests.factories import make_digest, make_newsletter, make_readers, make_section, make_staff
from tests.newsletter.admin import on_its_way
from tests.newsletter.admin.conftest import page_of, step_of

State = Digest.State
TOMORROW = timezone.now() + timedelta(days=1)
WHEN = {"day": f"{TOMORROW:%Y-%m-%d}", "time": "06:30"}


def drafted() -> Digest:
    newsletter = make_newsletter()
    make_readers(newsletter, 3)
    digest = make_digest(newsletter, subject="Harbour reopens", release_at=None)
    make_section(digest, "lead", {"headline": "Harbour reopens", "link": "https://a.example/1"})
    return digest


def approved() -> Digest:
    digest = drafted()
    approval.approve(digest_id=digest.pk, by=None, now=timezone.now())
    return digest


def skipped() -> Digest:
    digest = drafted()
    lifecycle.skip(digest_id=digest.pk, reason="Nothing new.", now=timezone.now())
    return digest


def held() -> Digest:
    digest = drafted()
    lifecycle.hold(digest_id=digest.pk, reason="Nobody approved it.", now=timezone.now())
    digest.refresh_from_db()
    return digest


def sending() -> Digest:
    digest = approved()
    now = timezone.now()
    approval.schedule(digest_id=digest.pk, release_at=now, by=None, now=now)
    lifecycle.release(digest_id=digest.pk, now=now)
    lifecycle.start_sending(digest_id=digest.pk, now=now)
    return digest


def paused() -> Digest:
    return on_its_way.pause(sending())


def rewritten() -> Digest:
    digest = paused()
    Digest.objects.filter(pk=digest.pk).update(subject="Harbour stays shut", version=2)
    return digest


def step(key: str) -> Callable[[Digest], str]:
    return lambda digest: step_of(digest, key)


def page(name: str) -> Callable[[Digest], str]:
    return lambda digest: page_of(digest, name)


@dataclass(frozen=True)
class Act:
    """Posted to `address` of a mail that `made` makes; `done` tells the effect."""

    made: Callable[[], Digest]
    address: Callable[[Digest], str]
    groups: set[str]
    done: Callable[[Digest], bool]
    data: dict[str, Any] = field(default_factory=dict)


def is_in(state: str) -> Callable[[Digest], bool]:
    return lambda digest: digest.state == state


EDITS, SENDS = {EDITOR, ADMINISTRATOR}, {SENDER, ADMINISTRATOR}
ACTS = {
    "approve": Act(drafted, step("approve"), EDITS, is_in(State.APPROVED)),
    "schedule": Act(approved, page("schedule"), SENDS, is_in(State.SCHEDULED), WHEN),
    "send now": Act(approved, step("send-now"), SENDS, is_in(State.SCHEDULED)),
    "back to draft": Act(approved, step("back-to-draft"), EDITS, is_in(State.DRAFT)),
    "make anyway": Act(skipped, step("make-anyway"), EDITS, is_in(State.DRAFT)),
    "pause": Act(sending, step("pause"), SENDS, is_in(State.PAUSED)),
    "go on": Act(paused, step("resume"), SENDS, is_in(State.SENDING)),
    "cancel": Act(approved, step("cancel"), SENDS, is_in(State.CANCELLED)),
    "approve a correction": Act(
        rewritten,
        page("correct"),
        EDITS,
        lambda digest: digest.correction_note == "It stays shut.",
        {"note": "It stays shut.", "version": "2"},
    ),
    "send a test": Act(
        drafted,
        page("test"),
        {EDITOR, SENDER, ADMINISTRATOR},
        lambda _: Notice.objects.exists(),
        {"to": "ines@daymark.example"},
    ),
}


@pytest.fixture
def somebody(client: Client, db: None) -> Callable[[str], StaffUser]:
    def log_in(*groups: str) -> StaffUser:
        person = make_staff()
        person.groups.set(Group.objects.filter(name__in=groups))
        client.force_login(person)
        return person

    return log_in


@pytest.mark.parametrize("group", GROUPS)
@pytest.mark.parametrize("name", ACTS)
def test_who_may_does_it_and_who_may_not_finds_no_button(
    client: Client, somebody: Callable[..., StaffUser], group: str, name: str
) -> None:
    act = ACTS[name]
    digest = act.made()
    somebody(group)
    may = group in act.groups

    looked = client.get(page_of(digest))
    assert looked.status_code == (403 if group == AUDIENCE else 200)
    assert (act.address(digest) in looked.text) == may

    answer = client.post(act.address(digest), act.data)

    assert answer.status_code == (302 if may else 403)
    digest.refresh_from_db()
    assert act.done(digest) == may


@pytest.mark.parametrize("made", [drafted, held])
def test_a_sender_is_told_kindly_that_nobody_approved_it(
    client: Client, somebody: Callable[..., StaffUser], made: Callable[[], Digest]
) -> None:
    digest = made()
    state = digest.state
    somebody(SENDER)

    looked = client.get(page_of(digest)).text
    assert "Nobody has approved it yet. Ask an editor to; then you can send it." in looked
    assert step_of(digest, "send-now") not in looked
    for address in (step_of(digest, "send-now"), page_of(digest, "schedule")):
        for answer in (client.get(address, follow=True), client.post(address, WHEN, follow=True)):
            assert "Ask an editor to" in answer.text
    digest.refresh_from_db()
    assert (digest.state, digest.revision) == (state, None)


def test_what_an_editor_changes_meanwhile_a_sender_does_not_approve(
    somebody: Callable[..., StaffUser],
) -> None:
    digest = approved()
    sender = somebody(SENDER)
    lifecycle.back_to_draft(digest_id=digest.pk, by=None, now=timezone.now())
    with pytest.raises(approval.NotApproved):
        approval.send_now(
            digest_id=digest.pk, by=sender, now=timezone.now(), said=Said(approved_only=True)
        )


def test_an_editor_who_is_a_sender_too_sends_a_draft_in_one_step(
    client: Client, somebody: Callable[..., StaffUser]
) -> None:
    digest = drafted()
    somebody(EDITOR, SENDER)
    client.post(step_of(digest, "send-now"))
    digest.refresh_from_db()
    assert digest.state == State.SCHEDULED


@pytest.mark.parametrize("group", GROUPS)
def test_today_has_a_button_for_who_may_take_the_next_step(
    client: Client, somebody: Callable[..., StaffUser], group: str
) -> None:
    draft, ready, stopped = drafted(), approved(), paused()
    somebody(group)
    text = client.get("/admin/").text
    assert (step_of(draft, "approve") in text) == (group in EDITS)
    assert (page_of(ready, "schedule") in text) == (group in SENDS)
    assert (step_of(stopped, "resume") in text) == (group in SENDS)


@pytest.mark.parametrize("group", GROUPS)
def test_deciding_about_those_unknown_is_for_who_sends(
    client: Client, somebody: Callable[..., StaffUser], mail: Digest, group: str
) -> None:
    unknown = on_its_way.finish(on_its_way.send(mail, rest=on_its_way.State.UNKNOWN))
    address = reverse("admin:newsletter_digest_decide", args=[unknown.pk, "send-again"])
    somebody(group)
    may = group in SENDS
    assert (address in client.get(page_of(unknown)).text) == may
    assert client.post(address).status_code == (302 if may else 403)
    unknown.refresh_from_db()
    assert (unknown.state == State.SENDING) == may
