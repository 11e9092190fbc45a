"""A mail stopped half-way, corrected and let go on, by somebody at the desk."""

from collections.abc import Iterator
from datetime import date

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from newsletter.models import Digest
from subscribers.models import OutboxMail, ProviderState
from tests.factories import make_readers
from tests.publication import BRIEFING, PASSWORD, set_up
from tests.servers import wait_for

READERS = 600
NOTE = "The harbour opens on Sunday; we wrote Monday."

pytestmark = [
    pytest.mark.needs_browser,
    pytest.mark.needs_server,
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def editor(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(20_000)
    yield context
    context.close()


def test_a_mail_is_paused_corrected_and_goes_on(site: str, editor: BrowserContext) -> None:
    newsletter = set_up()
    make_readers(newsletter, READERS)
    # So slow that there is time to stop it, in steps of a second.
    ProviderState.objects.create(name="outbox", mails_per_second=20)
    page = editor.new_page()
    log_in(page, site)
    send(page)
    see_it_move(page)
    pause(page)
    reached = OutboxMail.objects.count()
    assert 0 < reached < READERS
    correct(page)
    go_on(page)
    see_who_got_what(reached)
    see_it_on_the_web(page, site)


def log_in(page: Page, site: str) -> None:
    page.goto(f"{site}/admin/")
    page.fill("[name=username]", "admin")
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")


def send(page: Page) -> None:
    page.get_by_role("link", name="Make a mail").first.click()
    page.get_by_label("Newsletter", exact=True).select_option(label=BRIEFING)
    page.get_by_role("button", name="Make it").click()
    page.get_by_role("link", name="Send now").click()
    page.get_by_role("button", name=f"Send to {READERS}").click()


def see_it_move(page: Page) -> None:
    """Two different numbers without touching the page."""
    readers = page.locator("[data-part=readers]")
    expect(readers).to_contain_text(f"of {READERS} done")
    wait_for(OutboxMail.objects.exists, seconds=30, what="the first mails")
    before = readers.inner_text()
    expect(readers).not_to_have_text(before)
    expect(readers).to_contain_text("mails a second")


def pause(page: Page) -> None:
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_text("Paused. Nothing more is handed over")).to_be_visible()
    expect(page.get_by_text("Nothing is on its way any more.")).to_be_visible()


def correct(page: Page) -> None:
    page.get_by_label("Subject").fill("Harbour opens on Sunday")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("nobody gets it before")).to_be_visible()
    page.get_by_role("link", name="Approve the correction").click()
    page.get_by_label("What changed").fill(NOTE)
    page.get_by_role("button", name="Approve the correction").click()
    expect(page.get_by_text("It is still paused: go on sending.")).to_be_visible()


def go_on(page: Page) -> None:
    ProviderState.objects.update(mails_per_second=None)
    page.get_by_role("link", name="Go on sending").click()
    page.get_by_role("button", name="Send to").click()
    # By itself: the page sees that it is sent, and loads what is to be seen then.
    expect(page.get_by_role("heading", name="How it went")).to_be_visible(timeout=60_000)
    expect(page.locator(".desk-head")).to_contain_text("sent")


def see_who_got_what(reached: int) -> None:
    subjects = list(OutboxMail.objects.values_list("template__subject", flat=True))
    assert len(subjects) == READERS
    assert subjects.count("Harbour opens on Sunday") == READERS - reached
    assert OutboxMail.objects.values("subscriber_id").distinct().count() == READERS


def see_it_on_the_web(page: Page, site: str) -> None:
    digest = Digest.objects.get()
    page.goto(f"{site}{digest.get_absolute_url()}")
    correction = page.get_by_role("complementary", name="Correction")
    expect(correction).to_contain_text(NOTE)
    assert digest.corrected_at is not None
    day: date = digest.corrected_at.astimezone(digest.newsletter.zone).date()
    expect(correction).to_contain_text(f"{day.day} {day:%B} {day.year}")
