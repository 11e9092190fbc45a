"""News that cannot wait, in a browser: from the first page of the desk to a reader's inbox."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from newsletter.models import Digest
from subscribers.models import OutboxMail
from tests.factories import make_reader
from tests.publication import PASSWORD, set_up
from tests.servers import wait_for

pytestmark = [
    pytest.mark.needs_browser,
    pytest.mark.needs_server,
    pytest.mark.django_db(transaction=True),
]
WORDS = "The harbour is closed until further notice. Ferries stay in port."


@pytest.fixture(params=[("light", 1280), ("dark", 390)])
def context(request: Any, browser: Browser) -> Iterator[BrowserContext]:
    scheme, width = request.param
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    context.set_default_timeout(20_000)
    yield context
    context.close()


def test_from_the_first_page_to_the_inbox_in_three_clicks(
    site: str, context: BrowserContext
) -> None:
    make_reader(set_up())
    page = context.new_page()
    log_in(page, site)

    page.get_by_role("link", name="Urgent mail").click()
    no_faults(page)
    page.get_by_label("Headline").fill("Harbour closed")
    page.get_by_label("In a few words").fill(WORDS)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Send Harbour closed to 1 reader now?")).to_be_visible()
    no_faults(page)
    page.get_by_role("button", name="Send to 1").click()

    expect(page.get_by_text("It is on its way.")).to_be_visible()
    mails = OutboxMail.objects.filter(source__startswith="digest:")
    wait_for(lambda: mails.count() == 1, seconds=60, what="the mail")
    wait_for(
        lambda: Digest.objects.get().state == Digest.State.SENT, seconds=60, what="it to be sent"
    )


def log_in(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.get_by_role("link", name="Urgent mail")).to_be_visible()


def no_faults(page: Page) -> None:
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.scrollWidth") <= page.viewport_size["width"]
    found = Axe().run(page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
