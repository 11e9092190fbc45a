"""The morning of an editor, by mouse and by keyboard; and two editors in one mail."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from PIL import Image as Picture
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from newsletter.digests import assembly
from newsletter.models import Digest, Item, Presence, TakenOut
from tests.factories import make_article, make_reader, make_staff
from tests.publication import PASSWORD, set_up
from tests.servers import wait_for

SAID = "#mail-form [data-said]"

pytestmark = [pytest.mark.needs_browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def mail(live_server: Any, settings: Any) -> Digest:
    """What lies there in the morning: a draft that made itself."""
    settings.DEBUG = True
    settings.SITE_URL = live_server.url
    briefing = set_up()
    make_reader(briefing)
    now = timezone.now()
    digest = assembly.make_digest(
        newsletter=briefing,
        occurrence=f"{now.astimezone(briefing.zone):%Y-%m-%d}",
        release_at=now + timedelta(hours=3),
        now=now,
    )
    # Came in after it was filled, of which nobody told the rules.
    make_article(title="Ferries sail at dawn", slug="ferries", published_at=now)
    return digest


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, base_url=live_server.url)
    context.set_default_timeout(10_000)
    yield context
    context.close()


@pytest.fixture
def other(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, base_url=live_server.url, color_scheme="dark"
    )
    context.set_default_timeout(10_000)
    yield context
    context.close()


def log_in(context: BrowserContext, username: str = "admin") -> Page:
    page = context.new_page()
    page.goto("/admin/")
    page.fill("[name=username]", username)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    expect(page.get_by_role("heading", name="Today and the next")).to_be_visible()
    return page


def item(page: Page, title: str) -> Locator:
    return page.locator("[data-item]").filter(
        has=page.locator("[data-title]").get_by_text(title, exact=True)
    )


def titles(page: Page, section: str) -> list[str]:
    place = page.get_by_role("region", name=section)
    return place.locator("[data-title]").all_inner_texts()


def saved(page: Page) -> None:
    expect(page.locator("[data-status]")).to_have_text(re.compile("^Saved "))


def test_an_editors_morning(mail: Digest, context: BrowserContext) -> None:
    page = log_in(context)
    page.get_by_role("link", name=mail.subject).first.click()
    expect(page.get_by_role("heading", name="What else matters")).to_be_visible()
    second, third = titles(page, "What else matters")[:2]
    move_by_mouse(page, third)
    move_by_keyboard(page, second)
    item(page, second).locator("summary").click()
    item(page, second).get_by_label("Headline").fill("A calm headline")
    brief = titles(page, "In brief")[0]
    hold(page, brief)
    add(page, "Ferries sail at dawn")

    # Whatever is not saved yet is saved first.
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("link", name="Phone, dark").click()
    frame = page.frame_locator("iframe")
    expect(frame.get_by_text("A calm headline").first).to_be_visible()
    expect(frame.get_by_text("Ferries sail at dawn").first).to_be_visible()
    page.get_by_role("link", name="Back to the mail").click()
    page.get_by_role("button", name="Approve").click()
    # The lead holds two by now, and she means it.
    page.get_by_role("checkbox", name="I have looked at this").check()
    page.get_by_role("button", name="Approve it").click()
    expect(page.get_by_text("Approved. It can be scheduled now.")).to_be_visible()
    held = TakenOut.objects.get()
    assert (str(held), held.for_tomorrow) == (brief, True)
    assert Item.objects.filter(article__title="Ferries sail at dawn").count() == 1


def move_by_mouse(page: Page, title: str) -> None:
    """Into the section above."""
    lead = titles(page, "Lead story")[0]
    item(page, title).locator(".desk-handle").drag_to(item(page, lead).locator("summary"))
    expect(page.get_by_role("region", name="Lead story").locator("[data-item]")).to_have_count(2)
    expect(page.locator(SAID)).to_have_text(f"{title}: Lead story, 1 of 2")


def move_by_keyboard(page: Page, title: str) -> None:
    """The focus goes along, and where it stands now is read out."""
    button = item(page, title).get_by_role("button", name="Move down")
    button.focus()
    page.keyboard.press("Enter")
    expect(button).to_be_focused()
    expect(page.locator(SAID)).to_contain_text(f"{title}: What else matters, 2 of")
    saved(page)


def hold(page: Page, title: str) -> None:
    item(page, title).get_by_label("Hold for tomorrow").check()
    expect(page.get_by_role("region", name="Taken out")).to_contain_text(title)
    expect(page.get_by_role("region", name="Taken out")).to_contain_text("for tomorrow")


def add(page: Page, title: str) -> None:
    """By search, with the keyboard."""
    page.locator("[data-drawer] summary").click()
    search = page.get_by_role("searchbox", name="Words")
    expect(search).to_be_focused()
    search.fill(title.lower())
    page.get_by_label(f"Section for {title}").select_option(label="In brief")
    page.get_by_role("button", name=f"Add {title}").press("Enter")
    page.keyboard.press("Escape")
    assert titles(page, "In brief")[-1] == title


def test_two_editors_lose_nothing(
    mail: Digest, context: BrowserContext, other: BrowserContext
) -> None:
    ines = make_staff(username="ines", first_name="Ines", is_superuser=True)
    ines.set_password(PASSWORD)
    ines.save()
    here, there = log_in(context), log_in(other, "ines")
    address = f"/admin/newsletter/digest/{mail.pk}/change/"
    here.goto(address)
    there.goto(address)
    expect(there.get_by_text("is here too.")).to_be_visible()

    # Both write: into one field, and into others.
    there.get_by_label("Preview line").fill("The line that Ines wrote")
    there.get_by_label("Subject").fill("The subject of Ines")
    here.get_by_label("Subject").fill("My own subject")
    here.get_by_label("Hello").fill("My own hello")
    expect(here.get_by_text("This changed meanwhile, your text is kept here.")).to_be_visible(
        timeout=20_000
    )
    one, two = (here, there) if _differs(here) else (there, here)
    theirs = one.get_by_role("group", name="Subject: theirs")
    expect(theirs).to_contain_text(two.get_by_label("Subject").input_value())
    one.get_by_role("button", name="Keep mine").click()
    saved(one)
    mail.refresh_from_db()
    assert mail.subject == one.get_by_label("Subject").input_value()
    assert mail.preheader == "The line that Ines wrote"
    assert mail.intro == "My own hello"
    # The other one sees it without doing anything.
    expect(two.get_by_label("Subject")).to_have_value(mail.subject)


def test_pictures_are_chosen_one_after_the_other(
    mail: Digest, context: BrowserContext, settings: Any, tmp_path: Path
) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
    page = log_in(context)
    page.goto(f"/admin/newsletter/digest/{mail.pk}/change/")
    lead = page.get_by_role("region", name="Lead story").locator("[data-item]")
    lead.locator("summary").click(position={"x": 60, "y": 15})
    lead.get_by_label("What the picture shows").fill("The sea")
    shown = set()
    for colour in ("teal", "navy"):
        file = tmp_path / f"{colour}.png"
        Picture.new("RGB", (800, 450), colour).save(file)
        lead.locator("[type=file]").set_input_files(file)
        # The fields come anew with it.
        expect(lead.locator("[type=file]")).to_have_value("", timeout=15_000)
        shown.add(lead.locator("img").get_attribute("src"))
    assert len(shown) == 2
    # A widget of the admin's writes the name of a file into the nearest field of text.
    assert lead.get_by_label("Kicker").input_value() == ""
    assert Item.objects.get(section__key="lead").image_alt == "The sea"


def test_what_was_typed_last_is_saved_on_leaving(mail: Digest, context: BrowserContext) -> None:
    page = log_in(context)
    page.goto(f"/admin/newsletter/digest/{mail.pk}/change/")
    page.get_by_label("Subject").fill("Typed in the last second")
    page.goto("/admin/")
    wait_for(
        lambda: Digest.objects.get(pk=mail.pk).subject == "Typed in the last second",
        seconds=5,
        what="the subject",
    )
    wait_for(lambda: not Presence.objects.exists(), seconds=5, what="the place to be free")


def _differs(page: Page) -> bool:
    return page.locator("[data-theirs]").count() > 0


@pytest.mark.parametrize(("width", "scheme"), [(1600, "light"), (390, "dark")])
def test_the_page_has_no_accessibility_faults(
    mail: Digest, browser: Browser, live_server: Any, width: int, scheme: Any
) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, base_url=live_server.url, color_scheme=scheme
    )
    page = log_in(context)
    page.goto(f"/admin/newsletter/digest/{mail.pk}/change/")
    page.locator("[data-item] summary").first.click(position={"x": 60, "y": 15})
    found = list(Axe().run(page).response["violations"])
    page.locator("[data-drawer] summary").click()
    expect(page.get_by_role("searchbox", name="Words")).to_be_focused()
    found += Axe().run(page).response["violations"]
    assert page.evaluate("document.documentElement.scrollWidth") == width
    context.close()
    assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]
