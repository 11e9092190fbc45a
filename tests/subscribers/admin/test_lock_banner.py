"""While sending is locked, every page of the desk and every start says so."""

import pytest
from django.urls import reverse

from config.up import announce
from subscribers import tasks, witness
from subscribers.models import SendingLock
from tests.factories import NOW, make_staff

pytestmark = pytest.mark.django_db

PAGES = (
    "admin:index",
    "admin:newsletter_digest_changelist",
    "admin:subscribers_subscriber_changelist",
    "admin:subscribers_providerstate_changelist",
    "admin:subscribers_newsletter_add",
)


@pytest.fixture
def desk(client):
    client.force_login(make_staff(is_superuser=True))
    return client


@pytest.fixture
def lock() -> None:
    SendingLock.objects.create(identity="here", locked_at=NOW, reason=witness.MOVED)


@pytest.mark.parametrize("page", PAGES)
def test_it_stands_on_every_page_with_what_to_do(desk, lock, page):
    words = desk.get(reverse(page)).content.decode()

    assert "Sending is locked since 24 November 2026, 06:00 UTC." in words
    assert witness.MOVED in words
    assert "manage.py release_sending" in words


@pytest.mark.parametrize("page", PAGES)
def test_it_is_not_there_when_mail_goes_out(desk, page):
    witness.check(now=NOW)

    assert "Sending is locked" not in desk.get(reverse(page)).content.decode()


def test_it_tells_nobody_who_is_not_logged_in(client, lock):
    assert "Sending is locked" not in client.get(reverse("admin:login")).content.decode()


def test_a_start_says_it_too(lock, capsys):
    lines = announce.addresses(local="http://127.0.0.1:8000")

    assert f"  Sending is locked: {witness.MOVED}" in lines
    assert any("release_sending" in line for line in lines)


def test_a_start_says_nothing_of_it_when_mail_goes_out():
    assert not any("locked" in line for line in announce.addresses(local="http://127.0.0.1:8000"))


def test_a_worker_that_starts_logs_it(lock, caplog):
    tasks.say_when_locked()
    assert [record.levelname for record in caplog.records] == ["ERROR"]

    SendingLock.objects.all().delete()
    caplog.clear()
    tasks.say_when_locked()
    assert not caplog.records
