"""From signing up to leaving, in a browser: the reader's pages without JavaScript."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from subscribers.models import OutboxMail, Subscription
from tests.publication import BRIEFING, PASSWORD, set_up
from tests.servers import wait_for

READER = "ana@mail.example"

pytestmark = [
    pytest.mark.needs_browser,
    pytest.mark.needs_server,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def reader(browser: Browser) -> Iterator[BrowserContext]:
    """A reader's phone, which runs no scripts."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    context.set_default_timeout(20_000)
    yield context
    context.close()


@pytest.fixture
def editor(browser: Browser) -> Iterator[BrowserContext]:
    """The computer of somebody at the desk."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield context
    context.close()


def test_a_reader_signs_up_gets_a_mail_and_leaves(
    site: str, reader: BrowserContext, editor: BrowserContext
) -> None:
    set_up()
    page = reader.new_page()
    sign_up(page, site)
    confirm(page, site)
    assert states() == [("Morning Briefing", "active")]
    send_a_morning_briefing(editor.new_page(), site)
    read_it(page, site)
    leave_as_a_mail_client_does(page)
    assert states() == [("Morning Briefing", "ended")]


def sign_up(page: Page, site: str) -> None:
    page.goto(site)
    page.get_by_label("Morning Briefing").check()
    page.get_by_label("Your e-mail address").fill(READER)
    # Slower than a robot, which would be asked once more.
    page.wait_for_timeout(3_000)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox.")


def confirm(page: Page, site: str) -> None:
    open_mail(page, site, source="notice:")
    mail = page.frame_locator("iframe")
    with page.context.expect_page() as opened:
        mail.get_by_role("link", name="Yes, sign me up").click()
    tab = opened.value
    assert states() == [("Morning Briefing", "pending")], "opening the link must change nothing"
    tab.get_by_role("button", name="Yes, sign me up").click()
    expect(tab.get_by_role("heading", level=1)).to_have_text("You are in.")
    tab.close()


def send_a_morning_briefing(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.get_by_role("link", name="Make a mail").first.click()
    page.get_by_label("Newsletter", exact=True).select_option(label=BRIEFING)
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("link", name="Send now").click()
    page.get_by_role("button", name="Send to 1").click()
    expect(page.get_by_text("It is on its way.")).to_be_visible()


def read_it(page: Page, site: str) -> None:
    open_mail(page, site, source="digest:")
    mail = page.frame_locator("iframe")
    expect(mail.get_by_role("heading", level=1)).to_have_text(re.compile("Morning Briefing"))
    expect(mail.get_by_text("Harbour reopens after the storm").first).to_be_visible()
    page.get_by_role("link", name="Headers").click()
    expect(page.get_by_text("List-Unsubscribe=One-Click").last).to_be_visible()


def leave_as_a_mail_client_does(page: Page) -> None:
    with page.context.expect_page() as opened:
        page.get_by_role("button", name="Unsubscribe as a mail client does").click()
    opened.value.wait_for_load_state()
    opened.value.close()


def open_mail(page: Page, site: str, *, source: str) -> None:
    """Wait until the outbox has it, and open it from the list."""
    mails = OutboxMail.objects.filter(address=READER, source__startswith=source)
    wait_for(mails.exists, seconds=30, what=f"a mail from {source}")
    page.goto(f"{site}/outbox/?q={READER}")
    page.locator(".subject a").first.click()


def states() -> list[tuple[str, str]]:
    mine = Subscription.objects.filter(subscriber__address=READER)
    return list(mine.values_list("newsletter__name", "state"))
