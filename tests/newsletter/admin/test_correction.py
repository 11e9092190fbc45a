"""Correcting a mail on its way at the desk: pause, write, approve, go on."""

import pytest
from django.test import Client
from django.utils import timezone

from config.models import StaffUser
from newsletter.delivery import drain
from newsletter.models import Batch, Digest
from subscribers.models import OutboxMail
from tests import rewriting
from tests.newsletter.admin.conftest import page_of, step_of
from tests.newsletter.admin.on_its_way import State, pause, put, send

NOTE = "The ferry runs on Sundays too."


@pytest.fixture
def paused(mail: Digest) -> Digest:
    """A thousand readers have it, 203 wait."""
    return pause(send(mail))


def rewrite(mail: Digest, **words: str) -> None:
    rewriting.rewrite(
        mail, now=timezone.now(), **(words or {"subject": "Harbour reopens on Sunday"})
    )


def approve(desk: Client, mail: Digest, note: str = NOTE, version: int | None = None) -> str:
    values = {"note": note, "version": version or mail.version}
    return " ".join(desk.post(page_of(mail, "correct"), values, follow=True).text.split())


def ask(desk: Client, mail: Digest) -> str:
    return " ".join(desk.get(page_of(mail, "correct")).text.split())


def test_a_paused_mail_can_be_written_in_and_says_that_nobody_gets_it_yet(
    desk: Client, paused: Digest
) -> None:
    page = " ".join(desk.get(page_of(paused)).text.split())
    assert 'id="mail-form"' in page
    assert "What you change goes out only once you approve it as a correction." in page


def test_saving_while_it_is_paused_leaves_it_paused_and_approved_words_in_force(
    desk: Client, paused: Digest
) -> None:
    values = {
        "version": paused.version,
        "subject": "Harbour reopens on Sunday",
        "items-TOTAL_FORMS": 0,
        "items-INITIAL_FORMS": 0,
    }
    text = desk.post(page_of(paused), values, follow=True).text
    assert "It goes out once you approve the correction; nobody gets it before." in text
    assert "those who wait get the words from before" in " ".join(text.split())
    paused.refresh_from_db()
    assert (paused.state, paused.revision.subject) == ("paused", "Harbour reopens")


def test_it_asks_in_numbers_for_a_sentence(desk: Client, paused: Digest) -> None:
    rewrite(paused)
    text = ask(desk, paused)
    assert "1,000 readers have the old words; 203 get the new ones." in text
    assert 'maxlength="300"' in text


def test_approved_it_goes_to_those_who_wait(
    desk: Client, editor: StaffUser, paused: Digest
) -> None:
    rewrite(paused)
    assert "It is still paused: go on sending." in approve(desk, paused)
    paused.refresh_from_db()
    assert (paused.state, paused.correction_note) == ("paused", NOTE)
    assert paused.approved_by == editor

    desk.post(step_of(paused, "resume"))
    drain.drain()

    subjects = list(OutboxMail.objects.values_list("template__subject", flat=True))
    assert subjects == ["Harbour reopens on Sunday"] * 203


def test_the_note_is_needed_and_has_an_end(desk: Client, paused: Digest) -> None:
    rewrite(paused)
    assert "Say in a sentence what changed." in approve(desk, paused, note="  ")
    assert "at most 300 characters" in approve(desk, paused, note="x" * 301)
    paused.refresh_from_db()
    assert paused.corrected_at is None


def test_while_some_are_being_handed_over_it_says_so_and_has_no_button(
    desk: Client, paused: Digest
) -> None:
    rewrite(paused)
    put(Batch.objects.get(state=State.PENDING), State.SUBMITTING)
    text = ask(desk, paused)
    assert "At most 203 are being handed over at this moment, with the old words." in text
    assert 'name="note"' not in text
    assert "203 are still being handed over" in approve(desk, paused)


def test_where_nothing_changed_there_is_nothing_to_approve(desk: Client, paused: Digest) -> None:
    text = ask(desk, paused)
    assert "Nothing was changed, so there is nothing to approve" in text
    assert 'name="note"' not in text
    assert "Nothing was changed" in approve(desk, paused)


def test_what_is_not_ready_is_named(desk: Client, paused: Digest) -> None:
    rewrite(paused, subject="TK")
    assert "There is a" in ask(desk, paused)
    approve(desk, paused)
    paused.refresh_from_db()
    assert paused.corrected_at is None


def test_what_somebody_else_changed_meanwhile_is_looked_at_first(
    desk: Client, paused: Digest
) -> None:
    rewrite(paused)
    looked_at = paused.version
    rewrite(paused, subject="Something else")
    text = approve(desk, paused, version=looked_at)
    assert "It changed meanwhile" in text
    assert f'value="{NOTE}"' in text
    assert f'name="version" value="{paused.version}"' in text


def test_one_that_goes_on_by_now_is_left_alone(desk: Client, paused: Digest) -> None:
    rewrite(paused)
    desk.post(step_of(paused, "resume"))
    assert "It is sending by now" in approve(desk, paused)


def test_going_on_without_approval_warns_whose_words_they_get(desk: Client, paused: Digest) -> None:
    rewrite(paused)
    text = " ".join(desk.get(step_of(paused, "resume")).text.split())
    assert "Go on sending <em>Harbour reopens</em> to the 203 readers who wait for it?" in text
    assert "they get the old words" in text


def test_going_on_says_why_it_was_paused_and_who_is_tried_again(
    desk: Client, paused: Digest
) -> None:
    Digest.objects.update(reason="The provider refused our account: 401.")
    Batch.objects.filter(state=State.PENDING).update(bisection=Batch.Bisection.REFUSED)
    text = desk.get(step_of(paused, "resume")).text
    assert "The provider refused our account: 401." in text
    assert "203 of them were refused before; they are tried again." in text


def test_going_on_counts_nobody_who_is_being_handed_over(desk: Client, mail: Digest) -> None:
    pause(send(mail, first=State.SUBMITTING))
    text = " ".join(desk.get(step_of(mail, "resume")).text.split())
    assert "to the 203 readers who wait for it?" in text
    assert "At most 1,000 more are being handed over at this moment already." in text


@pytest.mark.parametrize(
    ("reason", "is_said"),
    [
        ("Too many addresses do not exist: 61 of 1,000 (6.1%).", True),
        ("Paused at the desk.", False),
    ],
)
def test_going_on_after_the_brake_says_that_it_stops_once(
    desk: Client, paused: Digest, reason: str, is_said: bool
) -> None:
    Digest.objects.update(reason=reason)
    text = desk.get(step_of(paused, "resume")).text
    assert ("not paused for the same cause again" in text) == is_said


def test_what_nobody_changed_needs_no_waiting(desk: Client, mail: Digest) -> None:
    text = ask(desk, pause(send(mail, first=State.SUBMITTING)))
    assert "Nothing was changed, so there is nothing to approve" in text
    assert "Look again" not in text


def test_cancelling_says_who_has_it_who_still_gets_it_and_who_does_not(
    desk: Client, mail: Digest
) -> None:
    pause(send(mail, first=State.SUBMITTING))
    text = desk.get(step_of(mail, "cancel")).text
    assert "0 of 1,203 have it, or may have it; that stays so." in text
    assert "1,000 are being handed over at this moment and still get it." in text
    assert "203 will not get it." in text


def test_the_preview_of_a_paused_mail_shows_what_would_be_approved(
    desk: Client, paused: Digest
) -> None:
    rewrite(paused)
    assert "Harbour reopens on Sunday" in desk.get(page_of(paused, "preview")).text


def test_the_web_page_shows_the_approved_words_with_the_dated_note(
    desk: Client, client: Client, paused: Digest
) -> None:
    rewrite(paused, intro="The ferry runs every day.")
    before = client.get(paused.get_absolute_url()).text
    assert "The ferry runs every day." not in before
    assert "Correction" not in before

    approve(desk, paused, note=f"{NOTE} <b>")

    text = " ".join(client.get(paused.get_absolute_url()).text.split())
    assert "The ferry runs every day." in text
    paused.refresh_from_db()
    day = f"{paused.corrected_at.day} {paused.corrected_at:%B %Y}"
    assert f">{day}," in text
    assert f"{NOTE} &lt;b&gt;" in text
