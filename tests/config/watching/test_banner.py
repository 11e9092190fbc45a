"""Every page of the desk says when mails cannot go out, and never waits long to find out."""

import threading
import time

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from config.rights import EDITOR
from config.watching import standing
from tests.config.watching.test_troubles import ALL_WELL, SIGNS
from tests.factories import make_staff
from tests.servers import wait_for

pytestmark = pytest.mark.django_db

TITLE = "Mails are not going out."


@pytest.fixture
def desk(client):
    client.force_login(make_staff(is_superuser=True))
    return client


@pytest.fixture
def away(monkeypatch) -> None:
    monkeypatch.setattr(standing, "ask", lambda: (ALL_WELL, None))


def page(client, name: str = "admin:index") -> str:
    response = client.get(reverse(name))
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize("name", ["admin:index", "admin:subscribers_newsletter_add"])
def test_an_operator_reads_what_to_do(desk, away, name: str) -> None:
    words = page(desk, name)
    assert TITLE in words
    assert "Start the server that REDIS_URL names." in words


def test_others_read_whom_to_tell(client, away) -> None:
    editor = make_staff()
    editor.groups.add(Group.objects.get(name=EDITOR))
    client.force_login(editor)
    words = page(client)
    assert TITLE in words
    assert "Tell whoever runs the service." in words
    assert "REDIS_URL" not in words


def test_a_page_that_stays_open_is_told_by_itself(desk, away) -> None:
    asks = reverse("desk_troubles")
    assert f'data-troubles="{asks}"' in page(desk)
    words = page(desk, "desk_troubles")
    assert TITLE in words
    assert "<html" not in words


def test_a_page_that_stays_open_after_logging_out_is_told_nothing(client, away) -> None:
    assert client.get(reverse("desk_troubles")).status_code == 302


def test_strangers_read_nothing(client, away) -> None:
    assert TITLE not in client.get(reverse("admin:login")).content.decode()


def test_it_waits_with_its_word_until_what_starts_with_it_has_spoken(away, monkeypatch) -> None:
    monkeypatch.setattr(standing, "GRACE_SECONDS", 60.0)
    assert standing.kept.troubles() == ()


def test_a_page_costs_no_further_statement(desk, away, django_assert_num_queries) -> None:
    standing.kept.troubles()
    page(desk)
    with django_assert_num_queries(0):
        assert standing.kept.troubles()


def test_many_pages_at_once_ask_once(monkeypatch) -> None:
    asked = []

    def ask():
        asked.append(True)
        time.sleep(0.1)
        return ALL_WELL, None

    monkeypatch.setattr(standing, "ask", ask)
    pages = [threading.Thread(target=standing.kept.troubles) for _ in range(20)]
    for one in pages:
        one.start()
    for one in pages:
        one.join()
    assert len(asked) == 1


def test_a_page_waits_for_no_server_that_hangs(monkeypatch) -> None:
    goes_on = threading.Event()
    monkeypatch.setattr(standing, "ask", lambda: (goes_on.wait(20) and None, None))
    monkeypatch.setattr(standing, "PATIENCE", 0.05)
    try:
        start = time.monotonic()
        for _ in range(3):
            assert standing.kept.troubles() == ()
        assert time.monotonic() - start < 5
    finally:
        goes_on.set()


def test_trouble_in_asking_breaks_no_page(desk, monkeypatch) -> None:
    def ask():
        raise RuntimeError

    monkeypatch.setattr(standing, "ask", ask)
    assert TITLE not in page(desk)


def test_news_replaces_what_was_known(monkeypatch) -> None:
    monkeypatch.setattr(standing, "KEEP_SECONDS", 0.0)
    facts = [(ALL_WELL, None)]
    monkeypatch.setattr(standing, "ask", lambda: facts[0])
    assert standing.kept.troubles()
    facts[0] = (ALL_WELL, SIGNS)
    wait_for(lambda: standing.kept.troubles() == (), seconds=5, what="the news")
