"""What is written where staff are told: mails, and one call of their webhook."""

import pytest
from django.contrib.auth.models import Group
from django.db import transaction

from config.rights import EDITOR
from newsletter.release import alerts
from subscribers.models import Notice, StaffCall
from subscribers.staff import alerts as staff_alerts
from tests.factories import NOW, make_digest, make_staff

pytestmark = pytest.mark.django_db


@pytest.fixture
def hook(settings):
    settings.STAFF_WEBHOOK_URL = "https://chat.example/hook"


def tell(**given) -> None:
    words = {
        "event": "due",
        "subject": "Good News: due",
        "message": "Look.",
        "url": "https://news.example/1",
    }
    staff_alerts.tell(**(words | {"addresses": ["ed@daymark.example"], "now": NOW} | given))


def test_each_address_gets_one_mail_and_the_webhook_one_call(hook) -> None:
    tell(addresses=["ed@daymark.example", "jo@daymark.example", "ed@daymark.example"])
    assert Notice.objects.count() == 2
    body = StaffCall.objects.get().body
    assert body["id"] == str(StaffCall.objects.get().pk)
    assert body["text"] == "Good News: due\nLook.\nhttps://news.example/1"
    assert (body["event"], body["subject"], body["at"]) == ("due", "Good News: due", str_of(NOW))


def str_of(moment) -> str:
    return moment.isoformat()


def test_without_a_webhook_no_call_is_written() -> None:
    tell()
    assert not StaffCall.objects.exists()


def test_nothing_is_told_of_what_was_not_committed(hook) -> None:
    with transaction.atomic():
        tell()
        transaction.set_rollback(True)
    assert not Notice.objects.exists()
    assert not StaffCall.objects.exists()


def test_words_of_a_headline_call_nobody_in_a_chat(hook) -> None:
    tell(message="“<!channel> @all <https://evil.example|click>” has no picture.")
    text = StaffCall.objects.get().body["text"]
    assert "<" not in text
    assert "@all" not in text


def test_no_address_gets_into_a_chat(hook) -> None:
    tell(message="The server said: <anna@mail.example> is full.")
    assert "anna" not in str(StaffCall.objects.get().body)


def test_all_that_staff_are_told_of_a_mail_goes_there(hook) -> None:
    make_staff()
    digest = make_digest()
    alerts.tell_staff(digest=digest, message="Held. Too late.", now=NOW)
    body = StaffCall.objects.get().body
    assert body["event"] == "changed"
    assert body["mail"] == {
        "id": digest.pk,
        "newsletter": digest.newsletter.slug,
        "date": "2026-11-24",
        "state": "draft",
        "due_at": NOW.isoformat(),
    }


def test_who_may_do_it_is_told_by_group_and_by_right() -> None:
    by_group, boss = make_staff(), make_staff(is_superuser=True)
    by_group.groups.add(Group.objects.get(name=EDITOR))
    make_staff()
    may = alerts.who_may(right="newsletter.approve_digest")
    assert may == [by_group.email, boss.email]
    assert alerts.who_may(right="newsletter.approve_digest", but=[boss.pk]) == [by_group.email]
