"""The list of captured mail: newest first, found by address, paged by id."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from subscribers import captured_mail
from subscribers.models import Notice
from tests.subscribers.outbox.conftest import Capture


def shown(page: captured_mail.Page) -> list[str]:
    return [row.address for row in page.rows]


def test_it_lists_the_newest_first(capture: Capture) -> None:
    for name in ("first", "second", "third"):
        capture(f"{name}@mail.example")
    assert shown(captured_mail.newest()) == [
        "third@mail.example",
        "second@mail.example",
        "first@mail.example",
    ]


@pytest.mark.parametrize("query", ["ana@mail.example", "ana", "ANA@"])
def test_it_finds_an_address_by_its_beginning(capture: Capture, query: str) -> None:
    capture("ana@mail.example")
    capture("ben@mail.example")
    capture("joana@mail.example")
    assert shown(captured_mail.newest(address=query)) == ["ana@mail.example"]


def test_it_takes_signs_of_a_search_pattern_as_they_are(capture: Capture) -> None:
    capture("ana@mail.example")
    assert shown(captured_mail.newest(address="%")) == []


def test_it_narrows_to_what_the_mail_came_from(client: Client, capture: Capture) -> None:
    capture("ana@mail.example", source="digest:1")
    capture("ben@mail.example", source="digest:2")
    body = client.get("/outbox/", {"source": "digest:2"}).content.decode()
    assert "ben@mail.example" in body
    assert "ana@mail.example" not in body


def test_it_pages_through_everything_once(
    client: Client, capture: Capture, monkeypatch: Any
) -> None:
    monkeypatch.setattr(captured_mail, "PAGE_SIZE", 2)
    for number in range(5):
        capture(f"reader{number}@mail.example")
    seen: list[str] = []
    address: str | None = "/outbox/?q=reader"
    while address:
        body = client.get(address).content.decode()
        seen += re.findall(r"reader\d", "".join(re.findall(r'class="to">([^<]+)', body)))
        older = re.search(r'href="(\?[^"]+)" rel="next"', body)
        address = "/outbox/" + older[1].replace("&amp;", "&") if older else None
    assert seen == ["reader4", "reader3", "reader2", "reader1", "reader0"]


def test_it_says_which_notice_a_mail_is(capture: Capture) -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    notice = Notice.objects.create(kind="confirmation", created_at=at, not_before=at)
    capture(source=f"notice:{notice.pk}")
    assert captured_mail.newest().rows[0].source_words == "Please confirm"


def test_it_asks_one_question_however_many_mails(
    capture: Capture, django_assert_num_queries: Any
) -> None:
    for number in range(30):
        capture(f"reader{number}@mail.example")
    with django_assert_num_queries(1):
        captured_mail.newest()


@pytest.mark.parametrize("before", ["x", "-1", "9" * 5000])
def test_a_page_number_that_is_none_shows_the_newest(
    client: Client, capture: Capture, before: str
) -> None:
    capture("ana@mail.example")
    assert "ana@mail.example" in client.get("/outbox/", {"before": before}).content.decode()


@pytest.mark.parametrize("source", ["notice:99999999999999999999", "notice:²", "notice:", "x"])
def test_it_finds_nothing_from_a_source_that_is_none(client: Client, source: str) -> None:
    response = client.get("/outbox/", {"source": source})
    assert response.status_code == 200
    assert "No captured mail fits." in response.content.decode()


def test_it_says_when_nothing_was_captured(client: Client) -> None:
    assert "No mail yet" in client.get("/outbox/").content.decode()


def test_it_shows_a_hostile_search_as_text(client: Client) -> None:
    body = client.get("/outbox/", {"q": '"><script>alert(1)</script>'}).content.decode()
    assert "<script>alert" not in body
