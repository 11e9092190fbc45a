"""Today: what goes out, what is missing, and the one next step."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from newsletter.models import Digest
from tests.factories import NOW, make_digest, make_newsletter, make_schedule
from tests.newsletter.admin.conftest import step_of

TODAY = "/admin/"


@pytest.fixture(autouse=True)
def _morning() -> None:
    with time_machine.travel(NOW, tick=False):
        yield


def test_it_lists_what_the_schedule_will_make_with_a_button_to_make_it_now(desk: Client) -> None:
    make_schedule(make_newsletter(name="Morning Briefing"))
    text = desk.get(TODAY).text
    assert "6:30 am" in text
    assert "in 30 min" in text
    assert "Morning Briefing" in text
    assert "planned" in text
    assert "Make it now" in text


def test_a_draft_says_what_is_missing_who_acts_and_leads_there(desk: Client) -> None:
    digest = make_digest(subject="", release_at=NOW + timedelta(hours=1))
    text = desk.get(TODAY).text
    assert "It has no subject." in text
    assert "waits for an editor" in text
    assert reverse("admin:newsletter_digest_change", args=[digest.pk]) in text


def test_a_ready_draft_leads_from_here_to_the_question(desk: Client, mail: Digest) -> None:
    """Nobody approves what he has not seen."""
    text = desk.get(TODAY).text
    assert f'href="{step_of(mail, "approve")}"' in text
    assert f'action="{step_of(mail, "approve")}"' not in text


def test_a_held_mail_says_why(desk: Client) -> None:
    make_digest(state=Digest.State.HELD, reason="More than 3 hours late.")
    assert "More than 3 hours late." in desk.get(TODAY).text


def test_each_row_has_one_button(desk: Client, mail: Digest) -> None:
    make_digest(state=Digest.State.HELD, occurrence="2026-11-25", newsletter=mail.newsletter)
    text = desk.get(TODAY).text
    for row in text.split('class="desk-row"')[1:]:
        step = row.split('class="desk-row-step"')[1].split("</li>")[0]
        assert step.count("desk-button") == 1


def test_without_newsletters_it_says_what_to_do(desk: Client) -> None:
    assert "There is no newsletter yet." in desk.get(TODAY).text


def test_with_nothing_planned_it_says_what_to_do(desk: Client) -> None:
    make_newsletter()
    text = desk.get(TODAY).text
    assert "Nothing goes out in the next seven days." in text
    assert "give a newsletter a schedule" in text
