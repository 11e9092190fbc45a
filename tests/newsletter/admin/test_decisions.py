"""Decisions at the desk about those unknown, those missed, and those reached."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.models import StaffUser
from newsletter.delivery import cancelling, drain
from newsletter.models import Batch, Digest, DigestChange
from subscribers.models import OutboxMail, Subscription
from tests.factories import make_digest, make_staff
from tests.newsletter.admin.conftest import page_of
from tests.newsletter.admin.on_its_way import State, finish, pause, put, send

SENTENCE = "203 readers: the provider never answered. Not sent again, so that nobody gets it twice."


def decision(mail: Digest, key: str) -> str:
    return reverse("admin:newsletter_digest_decide", args=[mail.pk, key])


def look(desk: Client, mail: Digest) -> str:
    return " ".join(desk.get(page_of(mail)).text.split())


@pytest.fixture
def unknown(mail: Digest) -> Digest:
    """Sent; of 203 it is unknown for an hour."""
    return finish(send(mail, rest=State.UNKNOWN))


@pytest.fixture
def missed(mail: Digest) -> Digest:
    """Sent; a call for 203 failed."""
    return finish(send(mail, rest=State.FAILED))


def test_both_choices_stand_beside_the_sentence(desk: Client, unknown: Digest) -> None:
    text = look(desk, unknown)
    assert SENTENCE in text
    assert "Send again to the 203: some may get it twice" in text
    assert "Leave them alone" in text


def test_before_a_quarter_of_an_hour_it_says_from_when_on(
    desk: Client, unknown: Digest, time_machine
) -> None:
    time_machine.move_to("2026-11-24T06:40:00Z", tick=False)
    Batch.objects.filter(state=State.UNKNOWN).update(
        finished_at=timezone.now() - timedelta(minutes=5)
    )
    text = look(desk, unknown)
    assert "From 06:50 GMT on you can decide about them." in text
    assert decision(unknown, "send-again") not in text
    for key in ("send-again", "leave-alone"):
        desk.post(decision(unknown, key))
    unknown.refresh_from_db()
    assert (unknown.state, unknown.unknown_left_at) == (Digest.State.SENT, None)


def test_sending_again_asks_first_and_then_sends_to_them_alone(
    desk: Client, editor: StaffUser, unknown: Digest
) -> None:
    asked = desk.get(decision(unknown, "send-again")).text
    assert "again to the 203 readers of whom it is unknown?" in asked
    assert "some may get it twice" in asked
    assert (
        "It goes again to 203 readers."
        in desk.post(decision(unknown, "send-again"), follow=True).text
    )
    drain.drain()

    assert OutboxMail.objects.count() == 203
    assert DigestChange.objects.filter(actor=editor, reason__startswith="Sent again").exists()


def test_left_alone_they_stay_counted_and_nobody_is_asked_again(
    desk: Client, unknown: Digest
) -> None:
    asked = " ".join(desk.get(decision(unknown, "leave-alone")).text.split())
    assert "Leave the 203 readers alone who may not have <em>Harbour reopens</em>?" in asked
    desk.post(decision(unknown, "leave-alone"))

    text = look(desk, unknown)
    assert SENTENCE in text
    assert "203 are left alone, by decision." in text
    assert decision(unknown, "send-again") not in text


def test_the_second_of_two_people_is_told_that_nobody_is_left(
    desk: Client, unknown: Digest
) -> None:
    desk.post(decision(unknown, "send-again"))
    text = desk.post(decision(unknown, "send-again"), follow=True).text
    assert "There was nobody left to decide about" in text
    assert Batch.objects.filter(low__isnull=True).count() == 1


def test_those_missed_are_sent_it_after_a_question(desk: Client, missed: Digest) -> None:
    assert "Send to the 203 missed" in look(desk, missed)
    asked = " ".join(desk.get(decision(missed, "send-to-missed")).text.split())
    assert "Send <em>Harbour reopens</em> to the 203 readers who were missed?" in asked
    desk.post(decision(missed, "send-to-missed"))
    drain.drain()

    assert OutboxMail.objects.count() == 203
    assert decision(missed, "send-to-missed") not in look(desk, missed)


def test_a_cancelled_mail_can_still_go_to_those_it_missed(desk: Client, mail: Digest) -> None:
    pause(send(mail))
    cancelling.cancel(digest_id=mail.pk, by=None, now=timezone.now())
    assert "It was cancelled, and is on its way again then" in (
        desk.get(decision(mail, "send-to-missed")).text
    )
    desk.post(decision(mail, "send-to-missed"))
    mail.refresh_from_db()
    assert mail.state == Digest.State.SENDING


def test_a_cancelled_mail_whose_date_is_taken_says_so(desk: Client, mail: Digest) -> None:
    pause(send(mail))
    cancelling.cancel(digest_id=mail.pk, by=None, now=timezone.now())
    make_digest(mail.newsletter, occurrence=mail.occurrence)
    text = desk.post(decision(mail, "send-to-missed"), follow=True).text
    assert "Another mail has its date by now" in text


def test_where_everybody_has_it_nothing_is_asked(desk: Client, mail: Digest) -> None:
    finish(send(mail, rest=State.ACCEPTED))
    text = look(desk, mail)
    assert "/decide/" not in text
    for key in ("send-again", "leave-alone", "send-to-missed"):
        assert "nobody left" in desk.get(decision(mail, key), follow=True).text


def test_looking_at_a_question_changes_nothing(desk: Client, unknown: Digest) -> None:
    before = Digest.objects.values().get(), Batch.objects.count()
    for key in ("send-again", "leave-alone", "send-to-missed"):
        desk.get(decision(unknown, key))
    assert (Digest.objects.values().get(), Batch.objects.count()) == before


def test_a_correction_for_those_reached_says_whom_it_goes_to_and_sends_as_any_mail(
    desk: Client, mail: Digest
) -> None:
    pause(send(mail))
    address = reverse("admin:newsletter_digest_correct_reached", args=[mail.pk])
    assert desk.get(address).status_code == 405
    page = desk.post(address, follow=True)
    made = Digest.objects.get(corrects=mail)
    assert page.redirect_chain[-1][0] == page_of(made)

    Subscription.objects.filter(newsletter=mail.newsletter).order_by(
        "subscriber_id"
    ).first().delete()
    text = look(desk, made)
    assert "it goes to the 999 readers who have, or may have," in text
    Digest.objects.filter(pk=made.pk).update(intro="The ferry runs on Sundays too.")
    asked = desk.get(reverse("admin:newsletter_digest_step", args=[made.pk, "send-now"])).text
    assert "to 999 readers now?" in asked


def test_pressed_twice_there_is_one_correction(desk: Client, mail: Digest) -> None:
    pause(send(mail))
    address = reverse("admin:newsletter_digest_correct_reached", args=[mail.pk])
    for _ in range(2):
        desk.post(address)
    assert Digest.objects.filter(corrects=mail).count() == 1


def test_who_may_only_look_sees_numbers_and_no_buttons(client: Client, unknown: Digest) -> None:
    viewer = make_staff()
    viewer.user_permissions.set(Permission.objects.filter(codename="view_digest"))
    client.force_login(viewer)
    put(Batch.objects.filter(state=State.ACCEPTED).first(), State.FAILED)

    text = look(client, unknown)

    assert SENTENCE in text
    assert "1,000 readers got nothing" in text
    assert "/decide/" not in text
    assert "correct-reached" not in text
    for key in ("send-again", "leave-alone", "send-to-missed"):
        assert client.post(decision(unknown, key)).status_code == 403
    for page in ("correct", "correct_reached"):
        assert client.post(page_of(unknown, page)).status_code == 403
    assert client.get(page_of(unknown, "live")).status_code == 200
    assert client.get(page_of(unknown, "numbers")).status_code == 200
