"""How often and at what hour, in a browser: wide and narrow, with and without scripts."""

from collections.abc import Iterator
from datetime import time
from itertools import pairwise
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from subscribers.models import Subscriber, Subscription
from tests.browser.test_choosing import choices_of, leave_of, press
from tests.factories import make_newsletter, make_reader, make_schedule

pytestmark = [pytest.mark.needs_browser, pytest.mark.django_db(transaction=True)]

# Width, mode, and whether scripts run.
WINDOWS = [(1280, "light", True), (320, "dark", False)]


@pytest.fixture(params=WINDOWS, ids=["wide", "narrow, dark, without scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, live_server: Any) -> Iterator[Page]:
    width, mode, scripts = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 700},
        color_scheme=mode,
        java_script_enabled=scripts,
        base_url=live_server.url,
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def reader() -> Subscriber:
    newsletter = make_newsletter(name="Morning Briefing", slug="briefing")
    make_schedule(newsletter, weekdays="1234567", by_reader=True, weekly_day=6)
    return make_reader(newsletter, address="ana@mail.example")


def test_a_reader_chooses_how_often_and_the_hour_with_one_save(
    page: Page, reader: Subscriber
) -> None:
    page.goto(choices_of(reader))
    page.get_by_label("Once a week").check()
    page.get_by_label("At what hour").select_option("7:30 am")
    page.get_by_label("Your time zone").select_option("Tokyo")
    press(page, "Save")
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_label("Once a week")).to_be_checked()
    expect(page.get_by_label("At what hour")).to_have_value("07:30")
    expect(page.get_by_text("By Tokyo time.")).to_be_visible()
    row = Subscription.objects.get()
    assert (row.frequency, row.own_time) == ("once_a_week", time(7, 30))


def test_each_choice_stands_below_the_one_before(page: Page, reader: Subscriber) -> None:
    page.goto(choices_of(reader))
    parts = [
        page.locator(".choice .tick-row"),
        page.get_by_role("radio", name="Every day"),
        page.get_by_role("radio", name="Once a week"),
        page.get_by_label("At what hour"),
        page.get_by_text("Take a break", exact=True),
    ]
    boxes = [part.bounding_box() for part in parts]
    found = [box for box in boxes if box]
    assert len(found) == len(parts)
    for above, below in pairwise(found):
        assert above["y"] + above["height"] <= below["y"]


def test_once_a_week_instead_of_leaving(page: Page, reader: Subscriber) -> None:
    page.goto(leave_of(reader))
    page.get_by_role("button", name="Once a week").click()
    expect(page.get_by_role("heading", name="once a week.")).to_be_visible()
    press(page, "Get every mail again")
    page.goto(leave_of(reader))
    press(page, "Unsubscribe")
    page.get_by_role("button", name="Weekdays only").click()
    expect(page.get_by_role("heading", name="on weekdays only.")).to_be_visible()
    row = Subscription.objects.get()
    assert (row.state, row.frequency) == ("active", "weekdays_only")


def test_another_hour_instead_of_leaving(page: Page, reader: Subscriber) -> None:
    page.goto(leave_of(reader))
    press(page, "Unsubscribe")
    page.get_by_label("Or at another hour?").select_option("9:00 am")
    press(page, "Get it then")
    expect(page.get_by_role("heading", name="at 9:00 am.")).to_be_visible()
    row = Subscription.objects.get()
    assert (row.state, row.own_time) == ("active", time(9))


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_no_page_has_an_accessibility_fault_or_scrolls_sideways(
    browser: Browser, live_server: Any, reader: Subscriber, mode: str
) -> None:
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, color_scheme=mode, base_url=live_server.url
    )
    page = context.new_page()
    faults = []

    def look() -> None:
        faults.extend(Axe().run(page).response["violations"])
        assert page.evaluate("document.documentElement.scrollWidth") == 320

    page.goto(choices_of(reader))
    look()
    page.get_by_label("At what hour").evaluate("one => one.options[1].value = 'never'")
    page.get_by_label("At what hour").select_option("never")
    press(page, "Save")
    expect(page.get_by_label("At what hour")).to_be_focused()
    look()
    page.goto(leave_of(reader))
    look()
    page.get_by_role("button", name="Once a week").click()
    look()
    page.goto(leave_of(reader))
    press(page, "Get it then")
    look()
    context.close()
    assert not faults
