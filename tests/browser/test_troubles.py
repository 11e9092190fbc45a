"""The note that mails cannot go out, on a page that somebody left open."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, expect

from config.watching import standing
from newsletter.models import Digest
from tests.browser.test_morning import context, log_in, mail, other
from tests.config.watching.test_troubles import ALL_WELL, SIGNS

__all__ = ["context", "mail", "other"]

pytestmark = [pytest.mark.needs_browser, pytest.mark.django_db(transaction=True)]

NOTE = "What stands in the way of all mails"


def look_again(page: Page) -> None:
    """What the page does by itself every 20 s."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


@pytest.mark.usefixtures("mail")
def test_it_comes_and_goes_without_a_reload(context: BrowserContext, monkeypatch) -> None:
    def stands(broker) -> None:
        monkeypatch.setattr(standing, "ask", lambda: (ALL_WELL, broker))
        monkeypatch.setattr(standing, "kept", standing.Kept())

    stands(SIGNS)
    page = log_in(context)
    note = page.get_by_role("region", name=NOTE)
    expect(note).to_have_count(0)
    stands(None)
    look_again(page)
    expect(note).to_contain_text("Mails that are due now wait; none is lost.")
    stands(SIGNS)
    look_again(page)
    expect(note).to_have_count(0)


def test_it_fits_a_dark_phone_and_has_no_accessibility_fault(
    mail: Digest, other: BrowserContext, monkeypatch
) -> None:
    monkeypatch.setattr(standing, "ask", lambda: (ALL_WELL, None))
    page = log_in(other)
    expect(page.get_by_role("region", name=NOTE)).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    assert not Axe().run(page).response["violations"]
