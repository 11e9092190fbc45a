"""Choosing, leaving, one's data and a new address, with and without scripts, wide and narrow."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page, expect

from subscribers import links
from subscribers.models import Subscriber, Subscription
from tests.factories import make_newsletter, make_reader, make_schedule
from tests.flows.reading_mail import link

pytestmark = [pytest.mark.needs_browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[(1280, True), (390, False)], ids=["wide", "phone without scripts"])
def page(request: pytest.FixtureRequest, browser: Browser, live_server: Any) -> Iterator[Page]:
    width, scripts = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 844},
        java_script_enabled=scripts,
        base_url=live_server.url,
    )
    yield context.new_page()
    context.close()


@pytest.fixture
def reader() -> Subscriber:
    newsletter = make_newsletter(name="Morning Briefing", slug="briefing")
    make_schedule(newsletter, weekdays="1234567")
    make_newsletter(name="Good News", slug="good-news", accent="leaf")
    return make_reader(newsletter, address="ana@mail.example")


def choices_of(reader: Subscriber) -> str:
    url = links.preferences_url(subscriber_id=reader.pk, issued_at=timezone.now())
    return "/" + url.split("/", 3)[3]


def leave_of(reader: Subscriber) -> str:
    newsletter_id = Subscription.objects.get(newsletter__slug="briefing").newsletter_id
    url = links.unsubscribe_url(
        subscriber_id=reader.pk, newsletter_id=newsletter_id, issued_at=timezone.now()
    )
    return "/" + url.split("/", 3)[3]


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def test_a_reader_takes_a_break_and_ends_it(page: Page, reader: Subscriber) -> None:
    page.goto(choices_of(reader))
    page.get_by_text("Take a break", exact=True).click()
    page.get_by_label("1 week").check()
    page.get_by_label("Weekdays only").check()
    press(page, "Save")
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_text("On a break until")).to_be_visible()
    expect(page.get_by_label("Weekdays only")).to_be_checked()
    press(page, "End the break now")
    expect(page.get_by_text("On a break until")).to_have_count(0)
    expect(page.get_by_label("Weekdays only")).to_be_checked()


def test_a_day_that_is_past_is_said_beside_the_field(page: Page, reader: Subscriber) -> None:
    page.goto(choices_of(reader))
    page.get_by_text("Take a break", exact=True).click()
    page.get_by_label("Or another day").fill("2020-01-01")
    press(page, "Save")
    expect(page.get_by_label("Or another day")).to_be_focused()
    expect(page.get_by_label("Or another day")).to_have_value("2020-01-01")


def test_one_tap_adds_another_newsletter(page: Page, reader: Subscriber) -> None:
    page.goto(f"{choices_of(reader)}?add=good-news")
    press(page, "Yes, add it")
    expect(page.get_by_role("heading", name="You are in.")).to_be_visible()
    assert Subscription.objects.filter(state="active").count() == 2


def test_leaving_undoing_and_saying_why(page: Page, reader: Subscriber) -> None:
    page.goto(leave_of(reader))
    press(page, "Unsubscribe")
    expect(page.get_by_role("heading", name="Done.")).to_be_visible()
    press(page, "Undo")
    expect(page.get_by_role("heading", name="You are still in.")).to_be_visible()
    page.goto(leave_of(reader))
    press(page, "Unsubscribe")
    page.get_by_label("Too many mails").check()
    press(page, "Send")
    expect(page.get_by_role("heading", name="Thank you.")).to_be_visible()
    assert Subscription.objects.get().state == "ended"


def test_data_a_new_address_and_erasing(page: Page, reader: Subscriber) -> None:
    _open_data(page, reader)
    expect(page.get_by_text("ana@mail.example").first).to_be_visible()
    with page.expect_download() as download:
        press(page, "Download it")
    assert "ana@mail.example" in json.dumps(json.loads(Path(download.value.path()).read_text()))

    page.get_by_label("Your new e-mail address").fill("nobody")
    press(page, "Change it")
    expect(page.get_by_text("That address has no @.")).to_be_visible()
    page.get_by_label("Your new e-mail address").fill("ana@new.example")
    press(page, "Change it")
    expect(page.get_by_role("heading", name="Check ana@new.example.")).to_be_visible()
    page.goto(link("new_address", "new-address"))
    press(page, "Yes, use this address")
    assert Subscriber.objects.get().address == "ana@new.example"

    _open_data(page, reader)
    press(page, "Erase me")
    press(page, "Yes, erase me")
    expect(page.get_by_role("heading", name="You are erased.")).to_be_visible()
    assert Subscriber.objects.get().address is None


@pytest.fixture(params=["light", "dark"])
def looked_at(request: pytest.FixtureRequest, browser: Browser, live_server: Any) -> Iterator[Page]:
    context = browser.new_context(base_url=live_server.url, color_scheme=request.param)
    yield context.new_page()
    context.close()


def test_the_page_of_ones_data_has_no_accessibility_faults(
    looked_at: Page, reader: Subscriber
) -> None:
    _open_data(looked_at, reader)
    assert not _faults(looked_at)


def test_the_pages_of_leaving_have_no_accessibility_faults(
    looked_at: Page, reader: Subscriber
) -> None:
    looked_at.goto(leave_of(reader))
    found = _faults(looked_at)
    for button in ("Unsubscribe", "Undo"):
        press(looked_at, button)
        found += _faults(looked_at)
    looked_at.goto(leave_of(reader))
    press(looked_at, "Unsubscribe")
    looked_at.get_by_label("Too many mails").check()
    press(looked_at, "Send")
    expect(looked_at.get_by_role("heading", name="Thank you.")).to_be_visible()
    assert not found + _faults(looked_at)


def _faults(page: Page) -> list[Any]:
    return list(Axe().run(page).response["violations"])


def _open_data(page: Page, reader: Subscriber) -> None:
    page.goto(choices_of(reader))
    press(page, "Send me the link")
    expect(page.get_by_role("heading", name="Check your inbox.")).to_be_visible()
    page.goto(link("fresh_link", "your-data"))
    press(page, "Show my data")
