"""Today: what goes out, what is missing, and the one next step."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config.models import StaffUser
from newsletter.admin.today import parts
from newsletter.models import Batch, Digest, ScheduleDay
from tests.factories import (
    NOW,
    make_digest,
    make_newsletter,
    make_revision,
    make_schedule,
    make_staff,
)
from tests.newsletter.admin.conftest import step_of
from tests.newsletter.admin.on_its_way import finish, send

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


def test_with_nothing_planned_it_says_what_to_do(desk: Client) -> None:
    digest = make_digest(release_at=NOW - timedelta(days=3))
    Digest.objects.update(state=Digest.State.SENT, revision=make_revision(digest))
    text = desk.get(TODAY).text
    assert "Nothing goes out in the next seven days." in text
    assert "give a newsletter a schedule" in text


BOARD = "/admin/board/"


def order(text: str, *words: str) -> bool:
    places = [text.index(word) for word in words]
    return places == sorted(places)


def test_what_needs_a_person_comes_first_and_what_presses_most_before_that(desk: Client) -> None:
    make_schedule(make_newsletter(name="By itself"))
    for name, at in (("Old", -26), ("Late", -2), ("Soon", 1)):
        make_digest(
            make_newsletter(name=name),
            state=Digest.State.HELD,
            release_at=NOW + timedelta(hours=at),
        )
    text = desk.get(BOARD).text
    assert re.findall("(Late|Soon|Old|By itself)\n", text)[:4] == [
        "Soon",
        "Late",
        "Old",
        "By itself",
    ]


def test_now_stands_between_what_went_and_what_will(desk: Client) -> None:
    make_digest(state="skipped", subject="Went", release_at=NOW - timedelta(hours=1))
    make_digest(
        state="skipped",
        subject="Will",
        occurrence="2026-11-25",
        release_at=NOW + timedelta(hours=1),
    )
    assert order(desk.get(BOARD).text, "Went", "Now, 6:00 am", "Will")


def test_weekly_and_urgent_mails_are_marked(desk: Client) -> None:
    make_digest(is_weekly=True, is_urgent=True)
    text = desk.get(BOARD).text
    assert "</span>weekly" in text
    assert "</span>urgent" in text


def test_a_day_left_out_says_why_and_of_which_newsletters(desk: Client) -> None:
    for number in range(5):
        schedule = make_schedule(make_newsletter(name=f"Letter {number}", position=number))
        day = NOW.date() + timedelta(days=2)
        ScheduleDay.objects.create(schedule=schedule, day=day, note="Office move")
    said = "No mail from Letter 0, Letter 1, Letter 2 and 2 more: Office move"
    assert said in desk.get(BOARD).text


def test_a_full_day_says_how_many_more_there_are_and_leads_there(desk: Client) -> None:
    for _ in range(parts.OF_A_DAY + 2):
        make_schedule(weekdays="3")
    text = desk.get(BOARD).text
    assert "and 2 more on this day" in text
    assert "/admin/calendar/?day=2026-11-25" in text


def test_times_are_those_of_the_desk_and_say_so(desk: Client) -> None:
    make_schedule(make_newsletter(time_zone="America/New_York"))
    text = desk.get(TODAY).text
    assert "Times are UTC." in text
    assert "11:30 am" in text
    assert "6:30 am New York time" in text


def test_how_a_mail_of_today_went_stays_there(desk: Client, mail: Digest) -> None:
    finish(send(mail, rest=Batch.State.ACCEPTED))
    assert "1,203 of 1,203 accepted" in desk.get(BOARD).text


def test_one_on_its_way_says_how_far_it_is(desk: Client, mail: Digest) -> None:
    send(mail)
    text = desk.get(BOARD).text
    assert "sending · 1,000 of 1,203" in text
    assert "began 1 h ago" in text


def test_buttons_are_only_for_those_who_may(client: Client, db: None) -> None:
    make_schedule()
    somebody: StaffUser = make_staff()
    somebody.user_permissions.set(Permission.objects.filter(codename="view_digest"))
    client.force_login(somebody)
    text = client.get(TODAY).text
    assert "Not made yet" in text
    assert "Make it now" not in text
    assert "Make a mail" not in text


def test_the_page_costs_a_fixed_number_of_statements(desk: Client) -> None:
    counted = []
    for _ in range(2):
        for _ in range(4):
            make_schedule()
            make_digest(state="skipped", release_at=NOW - timedelta(hours=1))
        with CaptureQueriesContext(connection) as asked:
            desk.get(TODAY)
        counted.append(len(asked))
    assert counted[0] == counted[1]
