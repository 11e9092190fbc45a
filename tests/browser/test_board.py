"""The desk's first page and the calendar in a browser: they keep up, and lose no focus."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, BrowserContext, Page, expect

from newsletter.models import Digest, ScheduleDay
from tests.factories import make_digest, make_newsletter, make_schedule
from tests.publication import PASSWORD, set_up

pytestmark = [pytest.mark.needs_browser, pytest.mark.django_db(transaction=True)]

POLL = 31_000


@pytest.fixture
def mail(live_server: Any, settings: Any) -> Digest:
    """Something for each part of the page; one of it waits for somebody."""
    settings.DEBUG = True
    settings.SITE_URL = live_server.url
    set_up()
    now = timezone.now()
    evening = make_newsletter(name="Evening Post", time_zone="America/New_York", position=2)
    schedule = make_schedule(evening, weekdays="1234567", by_reader=True, weekly_day=6)
    day = timezone.localdate() + timedelta(days=2)
    ScheduleDay.objects.create(schedule=schedule, day=day, note="Office move")
    make_digest(evening, state="skipped", occurrence="2026-01-01", release_at=now, created_at=now)
    return make_digest(
        make_newsletter(name="Odds and Ends", position=3),
        state="held",
        reason="It was late.",
        release_at=now + timedelta(minutes=40, seconds=30),
        created_at=now,
        occurrence=f"{now:%Y-%m-%d}",
    )


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=live_server.url)
    context.set_default_timeout(10_000)
    yield context
    context.close()


def log_in(context: BrowserContext, *, clock: bool = False) -> Page:
    page = context.new_page()
    if clock:
        page.clock.install(time=timezone.now())
    page.goto("/admin/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.get_by_role("heading", name="Today and the next")).to_be_visible()
    return page


def test_it_counts_down_by_itself(mail: Digest, context: BrowserContext) -> None:
    page = log_in(context, clock=True)
    waiting = page.get_by_role("region", name="Waits for somebody")
    expect(waiting).to_contain_text("in 40 min")
    page.route("**/admin/board/", lambda route: route.abort())
    page.clock.run_for(20 * 60_000)
    expect(waiting).to_contain_text("in 20 min")
    page.clock.run_for(90 * 60_000)
    expect(waiting).to_contain_text("1 h 9 min late")


def test_what_changes_comes_in_and_the_focus_stays(mail: Digest, context: BrowserContext) -> None:
    page = log_in(context, clock=True)
    decide = page.get_by_role("link", name=re.compile("^Decide.*Odds and Ends"))
    decide.focus()
    make = page.get_by_role("button", name=re.compile("^Make it now.*Evening Post")).first
    handle = make.element_handle()
    now = timezone.now()
    new = make_digest(subject="Bridge closed", state="held", release_at=now, created_at=now)
    page.clock.run_for(POLL)
    waiting = page.get_by_role("region", name="Waits for somebody")
    expect(waiting.get_by_role("link", name="Bridge closed")).to_be_visible()
    expect(decide).to_be_focused()
    # What did not change is not made anew.
    assert handle is not None
    assert handle.evaluate("there => there.isConnected")

    # What somebody else decided goes, but not from below one's fingers.
    Digest.objects.filter(pk__in=[mail.pk, new.pk]).update(state="cancelled")
    page.clock.run_for(POLL)
    expect(waiting.get_by_role("link", name="Bridge closed")).to_have_count(0)
    expect(decide).to_be_focused()
    make.focus()
    page.clock.run_for(POLL)
    expect(decide).to_have_count(0)
    expect(make).to_be_focused()
    assert handle.evaluate("there => there.isConnected")


def test_without_scripts_it_says_the_same(
    mail: Digest, browser: Browser, context: BrowserContext, live_server: Any
) -> None:
    log_in(context)
    bare = browser.new_context(
        base_url=live_server.url,
        java_script_enabled=False,
        storage_state=context.storage_state(),
    )
    page = bare.new_page()
    page.goto("/admin/")
    waiting = page.locator("section", has_text="Waits for somebody").first
    expect(waiting).to_contain_text(re.compile("in (39|40) min"))
    step = waiting.locator(".desk-button").first.get_attribute("href")
    assert step == f"/admin/newsletter/digest/{mail.pk}/change/"
    bare.close()


def test_the_calendar_by_keyboard(mail: Digest, context: BrowserContext) -> None:
    page = log_in(context)
    page.get_by_role("link", name="Calendar").first.press("Enter")
    table = page.get_by_role("table")
    expect(table.get_by_role("columnheader")).to_have_count(7)
    expect(table.get_by_role("link", name="Odds and Ends")).to_be_visible()
    month = page.locator(".desk-h1").inner_text()
    page.get_by_role("link", name="Next").press("Enter")
    expect(page.locator(".desk-h1")).not_to_have_text(month)
    page.get_by_role("link", name="Previous").press("Enter")
    expect(page.locator(".desk-h1")).to_have_text(month)
    page.get_by_label("Newsletter").select_option(label="Evening Post")
    page.get_by_role("button", name="Show").press("Enter")
    expect(page.locator(".desk-h1")).to_have_text(f"{month}: Evening Post")
    expect(table.get_by_role("link", name="Odds and Ends")).to_have_count(0)
    page.get_by_role("link", name="Day", exact=True).press("Enter")
    expect(page.locator(".desk-h1")).to_contain_text(f"{timezone.localdate():%A}")


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_the_pages_have_no_accessibility_faults(
    mail: Digest, browser: Browser, live_server: Any, width: int, scheme: Any
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, base_url=live_server.url, color_scheme=scheme
    )
    page = log_in(context)
    found = []
    today = f"{timezone.localdate()}"
    for query in ("", "calendar/", f"calendar/?week={today}", f"calendar/?day={today}"):
        page.goto(f"/admin/{query}")
        found += Axe().run(page).response["violations"]
        assert page.evaluate("document.documentElement.scrollWidth") == width
    context.close()
    assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]
