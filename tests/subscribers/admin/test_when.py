"""Long lists by time: the last days, the last months, whole years; without reading every row."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsletter.models import Article, Feed
from subscribers.models import StaffAct
from tests.factories import NOW, make_article, make_staff

STORIES = "/admin/newsletter/article/"
DECISIONS = "/admin/subscribers/staffact/"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _morning() -> None:
    with time_machine.travel(NOW, tick=False):
        yield


def story(title: str, at: datetime) -> Article:
    return make_article(title=title, published_at=at)


@pytest.fixture
def desk(client: Client) -> Client:
    client.force_login(make_staff(is_superuser=True))
    return client


def titles(desk: Client, when: str) -> set[str]:
    page = desk.get(STORIES, {"when": when}).text
    return {title for title in Article.objects.values_list("title", flat=True) if title in page}


def test_a_day_a_week_a_month_or_a_year_can_be_chosen(desk: Client) -> None:
    story("Of today", NOW - timedelta(hours=1))
    story("Of Friday", NOW - timedelta(days=4))
    story("Of October", datetime(2026, 10, 31, 23, tzinfo=UTC))
    story("One of old", datetime(2024, 1, 1, tzinfo=UTC))
    shown = {when: titles(desk, when) for when in ("today", "week", "2026-10", "2026", "2024")}
    assert shown == {
        "today": {"Of today"},
        "week": {"Of today", "Of Friday"},
        "2026-10": {"Of October"},
        "2026": {"Of today", "Of Friday", "Of October"},
        "2024": {"One of old"},
    }


def test_it_offers_only_times_that_the_list_has(desk: Client) -> None:
    story("One of old", datetime(2024, 6, 1, tzinfo=UTC))
    story("Of October", datetime(2026, 10, 31, 23, tzinfo=UTC))
    offered = set(re.findall(r"\?when=([\w-]+)", desk.get(STORIES).text))
    assert offered == {"today", "week", "2026-10", "2026-09", "2026", "2025", "2024"}


def test_stories_go_by_source_and_not_by_feed(desk: Client) -> None:
    Feed.objects.create(name="Norhaven Mercury", url="https://a.example/feed")
    story("Storm", NOW)
    page = " ".join(desk.get(STORIES).text.split())
    assert "By source" in page
    assert "By feed" not in page


@pytest.mark.parametrize("when", ["soon", "2026-13", "0000", "10000", "2026-1-1", "\0"])
def test_what_is_no_time_shows_all(desk: Client, when: str) -> None:
    story("Storm", NOW)
    answer = desk.get(STORIES, {"when": when}, follow=True)
    assert answer.status_code == 200
    assert "Storm" in answer.text


def test_an_empty_list_says_so(desk: Client) -> None:
    assert "There is no story yet" in desk.get(STORIES).text


@pytest.mark.parametrize("address", [STORIES, DECISIONS, "/admin/admin/logentry/"])
def test_no_list_reads_the_date_of_every_row(desk: Client, address: str) -> None:
    story("Storm", NOW)
    StaffAct.objects.create(actor_name="Ines", act="sent", about="Storm", at=NOW)
    with CaptureQueriesContext(connection) as asked:
        assert desk.get(address).status_code == 200
    assert not [one["sql"] for one in asked if "trunc" in one["sql"].lower()]
