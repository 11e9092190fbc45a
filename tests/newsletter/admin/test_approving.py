"""Approving at the desk: what was seen travels along, warnings ask for a tick."""

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from config.models import StaffUser
from newsletter.models import Digest, Schedule
from newsletter.release import approval
from newsletter.release.consent import WaitsForSecond
from newsletter.rendering import message
from subscribers.models import StaffAct
from tests.factories import make_schedule, make_staff
from tests.newsletter.admin.conftest import page_of, step_of

LONG = "Harbour reopens after a storm that nobody in town had seen before"


def state(digest: Digest) -> str:
    return Digest.objects.get(pk=digest.pk).state


@pytest.fixture
def long(mail: Digest) -> Digest:
    mail.subject = LONG
    mail.save()
    return mail


def seen(digest: Digest) -> str:
    return message.preview(digest=digest, now=timezone.now()).digest_hash


def test_the_page_carries_what_stands_there(desk: Client, mail: Digest) -> None:
    field = f'<input type="hidden" name="seen" value="{seen(mail)}">'
    assert field in desk.get(page_of(mail)).text
    for address in (step_of(mail, "send-now"), page_of(mail, "schedule")):
        assert field in desk.get(address).text


def test_what_changed_meanwhile_is_refused_kindly(desk: Client, mail: Digest) -> None:
    before = seen(mail)
    Digest.objects.update(subject="Harbour stays closed")
    response = desk.post(step_of(mail, "approve"), {"seen": before}, follow=True)
    assert "It changed meanwhile" in response.text
    assert state(mail) == "draft"


def test_a_warning_asks_for_a_tick_before_anything_is_done(desk: Client, long: Digest) -> None:
    response = desk.post(step_of(long, "approve"), {"seen": seen(long)})
    assert "phones show about 55" in response.text
    assert 'type="checkbox" name="looked_at"' in response.text
    assert state(long) == "draft"


@pytest.mark.parametrize(("key", "after"), [("approve", "approved"), ("send-now", "scheduled")])
def test_with_the_tick_it_is_done_and_logged(
    desk: Client, editor: StaffUser, long: Digest, key: str, after: str
) -> None:
    ticked = {"seen": seen(long), "looked_at": "long_subject:"}
    desk.post(step_of(long, key), ticked)
    assert state(long) == after
    assert StaffAct.objects.get(act="overruled").actor == editor


def test_scheduling_asks_for_the_tick_too_and_keeps_the_time(desk: Client, long: Digest) -> None:
    words = {"day": f"{timezone.now().year + 0}-12-31", "time": "23:30", "seen": seen(long)}
    response = desk.post(page_of(long, "schedule"), words)
    assert 'value="23:30"' in response.text
    assert state(long) == "draft"
    desk.post(page_of(long, "schedule"), words | {"looked_at": "long_subject:"})
    assert state(long) == "scheduled"


def test_a_tick_of_somebody_who_may_not_overrule_counts_for_nothing(
    client: Client, long: Digest
) -> None:
    writer = make_staff()
    names = ["view_digest", "change_digest", "approve_digest"]
    writer.user_permissions.set(Permission.objects.filter(codename__in=names))
    client.force_login(writer)
    ticked = {"seen": seen(long), "looked_at": "long_subject:"}
    response = client.post(step_of(long, "approve"), ticked, follow=True)
    assert "Somebody who may let warnings pass has to do this." in response.text
    assert state(long) == "draft"


def test_looked_at_before_is_not_asked_again(desk: Client, long: Digest) -> None:
    desk.post(step_of(long, "approve"), {"seen": seen(long), "looked_at": "long_subject:"})
    desk.post(step_of(long, "back-to-draft"))
    text = desk.get(step_of(long, "send-now")).text
    assert "Looked at before: The subject has" in text
    assert 'name="looked_at"' not in text


def test_what_must_be_done_leaves_no_button(desk: Client, mail: Digest) -> None:
    Digest.objects.update(intro="TK")
    text = desk.get(step_of(mail, "send-now")).text
    assert "Must be done:" in text
    assert "Send to 1,203" not in text


@pytest.fixture
def two(mail: Digest) -> Digest:
    make_schedule(mail.newsletter, approvers=2)
    return mail


def test_the_first_of_two_is_told_that_it_waits(desk: Client, two: Digest) -> None:
    response = desk.post(step_of(two, "approve"), {"seen": seen(two)}, follow=True)
    assert "It waits for a second person" in response.text
    assert "approved exactly these words" in response.text
    assert state(two) == "draft"


def test_the_list_says_who_must_act(desk: Client, two: Digest) -> None:
    address = page_of(two).replace(f"{two.pk}/change/", "")
    assert "an editor" in desk.get(address).text
    with pytest.raises(WaitsForSecond):
        approval.approve(digest_id=two.pk, by=make_staff(), now=timezone.now())
    assert "a second person" in desk.get(address).text


def test_the_page_says_that_it_goes_by_itself(desk: Client, mail: Digest) -> None:
    make_schedule(mail.newsletter)
    Digest.objects.update(release_at=timezone.now())
    assert "by itself, approved or not" in desk.get(page_of(mail)).text
    Schedule.objects.update(approval="editor")
    assert "Nobody has approved it yet." in desk.get(page_of(mail)).text
