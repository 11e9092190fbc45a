"""Getting started: Today leads from an empty installation to the first mail, then says no more."""

import re

import pytest
import time_machine
from django.contrib.auth.models import Permission
from django.test import Client

from config.models import StaffUser
from newsletter.models import Digest
from tests.factories import (
    NOW,
    make_article,
    make_digest,
    make_newsletter,
    make_reader,
    make_revision,
    make_schedule,
)

TODAY = "/admin/"


@pytest.fixture(autouse=True)
def _morning() -> None:
    with time_machine.travel(NOW, tick=False):
        yield


def shown(text: str) -> list[tuple[str, str]]:
    """Each step of the list with its mark."""
    steps = re.findall(r'class="first-step[ "].*?</li>', text, re.DOTALL)
    return [
        (re.search(r"<h3[^>]*>(.*?)</h3>", step)[1], re.search(r"</span>([a-z ]+)</span>", step)[1])
        for step in steps
    ]


def test_an_empty_desk_begins_with_a_newsletter(boss: Client) -> None:
    text = boss.get(TODAY).text
    assert shown(text) == [
        ("Make a newsletter", "next"),
        ("Bring in stories", "to do"),
        ("Say when it goes out", "to do"),
        ("Be the first reader", "to do"),
        ("Send the first mail", "to do"),
        ("Go live", "to do"),
    ]
    assert 'href="/admin/subscribers/newsletter/add/"' in text


def test_it_knows_what_is_done_and_leads_to_the_next_step(boss: Client) -> None:
    newsletter = make_newsletter()
    make_schedule(newsletter)
    marks = dict(shown(boss.get(TODAY).text))
    assert marks["Make a newsletter"] == "done"
    assert marks["Bring in stories"] == "next"
    assert marks["Say when it goes out"] == "done"
    make_article()
    make_reader(newsletter)
    assert dict(shown(boss.get(TODAY).text))["Send the first mail"] == "next"


def test_the_first_mail_is_opened_where_there_is_one(boss: Client) -> None:
    digest = make_digest()
    step = boss.get(TODAY).text.split("Send the first mail")[1].split("</li>")[0]
    assert f'href="/admin/newsletter/digest/{digest.pk}/change/"' in step


def test_it_goes_away_with_the_first_mail_that_went_out(boss: Client) -> None:
    digest = make_digest()
    Digest.objects.update(state=Digest.State.SENT, revision=make_revision(digest))
    assert "Getting started" not in boss.get(TODAY).text


def test_it_says_while_mail_stays_in_the_outbox(boss: Client, settings: object) -> None:
    assert "reaches nobody" in boss.get(TODAY).text
    settings.EMAIL_PROVIDERS = ["smtp"]
    assert dict(shown(boss.get(TODAY).text))["Go live"] == "done"


def test_who_may_not_take_a_step_gets_no_link_to_it(client: Client, db: None) -> None:
    person = StaffUser.objects.create_user("reader", password="x", is_staff=True)
    person.user_permissions.add(Permission.objects.get(codename="view_digest"))
    client.force_login(person)
    text = client.get(TODAY).text
    assert "Somebody with the right to it does this." in text
    assert "/admin/subscribers/newsletter/add/" not in text


@pytest.fixture
def boss(client: Client, db: None) -> Client:
    client.force_login(StaffUser.objects.create_superuser("boss", password="x"))
    return client
