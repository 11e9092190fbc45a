"""The calendar at the desk: months, weeks and days, by address."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from newsletter.admin.calendar import span
from newsletter.models import ScheduleDay
from tests.factories import NOW, make_digest, make_newsletter, make_schedule, make_staff

CALENDAR = "/admin/calendar/"
TODAY = NOW.date()


@pytest.fixture(autouse=True)
def _morning() -> None:
    with time_machine.travel(NOW, tick=False):
        yield


def heading(page: str) -> str:
    return re.findall(r'<h1 class="desk-h1">([^<]*)</h1>', page)[0]


def test_it_opens_with_this_month(desk: Client) -> None:
    schedule = make_schedule(make_newsletter(name="Morning Briefing"))
    page = desk.get(CALENDAR).text
    assert heading(page) == "November 2026"
    assert "Morning Briefing" in page
    assert reverse("admin:newsletter_schedule_change", args=[schedule.pk]) in page
    assert 'href="?month=2026-10"' in page
    assert 'href="?month=2026-12"' in page


def test_a_mail_leads_to_its_page(desk: Client) -> None:
    digest = make_digest(state="skipped")
    page = desk.get(CALENDAR).text
    assert reverse("admin:newsletter_digest_change", args=[digest.pk]) in page
    assert "skipped" in page


def test_a_week_has_subjects_and_says_whose_time_it_is(desk: Client) -> None:
    make_digest(subject="Storm")
    page = desk.get(CALENDAR, {"week": "2026-11-26"}).text
    assert heading(page) == "23 to 29 November 2026"
    assert "Storm" in page
    assert "draft, London time" in page


def test_a_day_left_out_says_why(desk: Client) -> None:
    schedule = make_schedule(make_newsletter(name="Morning Briefing"))
    note = {"day": TODAY + timedelta(days=1), "note": "Office move"}
    ScheduleDay.objects.create(schedule=schedule, **note)
    page = desk.get(CALENDAR, {"day": "2026-11-25"}).text
    assert "No mail: Office move" in page
    assert "Not made yet" not in page


def test_one_newsletter_can_be_chosen_and_stays_chosen(desk: Client) -> None:
    make_schedule(make_newsletter(name="Morning Briefing", slug="morning"))
    make_schedule(make_newsletter(name="Good News", slug="good"))
    page = desk.get(CALENDAR, {"newsletter": "good"}).text
    assert heading(page) == "November 2026: Good News"
    assert page.count("Morning Briefing") == 1  # in the list to choose from
    assert "?month=2026-12&amp;newsletter=good" in page


def test_a_full_day_says_how_many_more_there_are(desk: Client) -> None:
    for _ in range(6):
        make_digest(release_at=NOW + timedelta(hours=1))
    page = desk.get(CALENDAR).text
    assert "and 2 more" in page
    assert 'href="?day=2026-11-24"' in page


def test_nothing_at_all_is_said(desk: Client) -> None:
    assert "No mail in these days." in desk.get(CALENDAR).text


@pytest.mark.parametrize(
    "query",
    [
        {"month": "soon"},
        {"month": "2026-13"},
        {"month": "2026-11-05"},
        {"month": "0001-01"},
        {"month": "9999-12"},
        {"week": "9999-12-31"},
        {"day": "0001-01-01"},
        {"day": "2026-02-30"},
        {"month": "2028-01"},
        {"month": "1999-01"},
        {"day": "\0"},
        {"newsletter": "none"},
    ],
)
def test_bad_input_gets_this_month(desk: Client, query: dict[str, str]) -> None:
    answer = desk.get(CALENDAR, query)
    assert answer.status_code == 200
    assert heading(answer.text) == "November 2026"


def test_it_ends_a_year_ahead(desk: Client) -> None:
    page = desk.get(CALENDAR, {"month": "2027-11"}).text
    assert heading(page) == "November 2027"
    assert 'rel="next"' not in page
    assert 'rel="prev"' in page


@pytest.mark.parametrize(
    ("kind", "value", "first", "last"),
    [
        ("month", "2026-11", "2026-10-26", "2026-12-06"),
        ("month", "2027-02", "2027-02-01", "2027-02-28"),
        ("week", "2026-11-29", "2026-11-23", "2026-11-29"),
        ("day", "2026-11-29", "2026-11-29", "2026-11-29"),
    ],
)
def test_the_days_that_are_shown(kind: str, value: str, first: str, last: str) -> None:
    found = span.asked({kind: value}, today=TODAY)
    assert (str(found.first), str(found.last)) == (first, last)


def test_months_follow_one_another() -> None:
    one = span.asked({"month": "2025-12"}, today=TODAY)
    for _ in range(13):
        after = one.beside(today=TODAY)[1]
        assert after.beside(today=TODAY)[0] == one
        one = after
    assert one.value == "2027-01"


def test_a_week_over_two_months_names_both() -> None:
    found = span.asked({"week": "2026-12-01"}, today=TODAY)
    assert found.words == "30 November to 6 December 2026"


@pytest.mark.parametrize("address", [CALENDAR, "/admin/board/"])
def test_somebody_without_rights_is_refused(client: Client, db: None, address: str) -> None:
    client.force_login(make_staff())
    assert client.get(address).status_code == 403
