"""The pages before somebody is logged in, as people with other senses meet them."""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.factories import make_staff

pytestmark = [pytest.mark.needs_browser, pytest.mark.django_db(transaction=True)]


def faults(page: Page) -> list[str]:
    return [fault["id"] for fault in Axe().run(page).response["violations"]]


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (390, "dark")])
def test_logging_in_and_waiting_have_no_accessibility_faults(
    browser: Browser, live_server: Any, width: int, scheme: Any
) -> None:
    make_staff(username="ines")
    context = browser.new_context(
        base_url=live_server.url, color_scheme=scheme, viewport={"width": width, "height": 844}
    )
    page = context.new_page()
    page.goto("/admin/login/")
    assert not faults(page)
    for _ in range(8):
        page.goto("/admin/login/")
        page.fill("[name=username]", "ines")
        page.fill("[name=password]", "wrong")
        page.press("[name=password]", "Enter")
        page.wait_for_load_state()
    expect(page.get_by_role("heading", level=1)).to_have_text("That was a lot of tries")
    assert not faults(page)
    context.close()


def test_one_logs_in_and_opens_the_menu_without_a_mouse(browser: Browser, live_server: Any) -> None:
    person = make_staff(username="ines")
    person.set_password("a long one for the desk")
    person.save()
    context = browser.new_context(base_url=live_server.url, viewport={"width": 390, "height": 844})
    page = context.new_page()
    page.goto("/admin/login/")
    expect(page.locator("[name=username]")).to_be_focused()
    page.keyboard.type("ines")
    page.keyboard.press("Tab")
    page.keyboard.type("a long one for the desk")
    page.keyboard.press("Enter")
    menu = page.get_by_role("button", name="Menu")
    expect(page.get_by_role("link", name="Today")).to_be_hidden()
    menu.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Today")).to_be_visible()
    context.close()
