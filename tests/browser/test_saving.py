"""Somebody goes on typing while the page of a mail saves itself."""

import pytest
from django.contrib.sessions.models import Session
from django.db.models import F
from playwright.sync_api import BrowserContext, Page, Route, expect

from newsletter.models import Digest, Item
from tests.browser.test_morning import context, log_in, mail, saved
from tests.servers import wait_for

__all__ = ["context", "mail"]

pytestmark = [pytest.mark.needs_browser, pytest.mark.django_db(transaction=True)]


def test_what_is_typed_while_it_saves_unpins_nothing(mail: Digest, context: BrowserContext) -> None:
    page = log_in(context)
    page.goto(f"/admin/newsletter/digest/{mail.pk}/change/")
    lead, more = (Item.objects.filter(section__key=key)[0] for key in ("lead", "more"))
    held = hold_saves(page)
    write(page, lead, "A headline of her own")
    until_one_is_held(page, held)
    # The first save is under way, and she goes on in another item.
    write(page, more, "Another one")
    held[0].continue_()
    page.unroute("**/autosave/")
    saved(page)
    wait_for(
        lambda: Item.objects.get(pk=more.pk).headline == "Another one",
        seconds=15,
        what="the second headline",
    )
    lead.refresh_from_db()
    assert (lead.headline, lead.is_kept) == ("A headline of her own", True)
    assert Item.objects.get(pk=more.pk).is_kept
    expect(page.locator("[data-theirs]")).to_have_count(0)


def test_her_own_words_do_not_collide_when_others_save_meanwhile(
    mail: Digest, context: BrowserContext
) -> None:
    page = log_in(context)
    page.goto(f"/admin/newsletter/digest/{mail.pk}/change/")
    held = hold_saves(page)
    page.get_by_label("Hello").fill("Good")
    until_one_is_held(page, held)
    page.get_by_label("Hello").fill("Good morning")
    Digest.objects.update(version=F("version") + 1, sign_off="Theirs")
    held[0].continue_()
    page.unroute("**/autosave/")
    wait_for(
        lambda: Digest.objects.get(pk=mail.pk).intro == "Good morning",
        seconds=15,
        what="the rest of her words",
    )
    expect(page.get_by_label("Sign-off")).to_have_value("Theirs")
    expect(page.locator("[data-theirs]")).to_have_count(0)
    assert Digest.objects.get(pk=mail.pk).sign_off == "Theirs"


def test_who_is_logged_out_is_told_so_and_it_is_saved_after_logging_in_again(
    mail: Digest, context: BrowserContext
) -> None:
    page = log_in(context)
    page.goto(f"/admin/newsletter/digest/{mail.pk}/change/")
    Session.objects.all().delete()
    page.get_by_label("Hello").fill("Good evening")
    expect(page.locator("[data-status]")).to_contain_text(
        "you are logged out by now", timeout=15000
    )
    log_in(context)
    wait_for(
        lambda: Digest.objects.get(pk=mail.pk).intro == "Good evening",
        seconds=20,
        what="what was written before logging in again",
    )


def write(page: Page, row: Item, headline: str) -> None:
    field = page.locator(f"#item-{row.pk}")
    if not field.get_by_label("Headline").is_visible():
        field.locator("summary").click(position={"x": 60, "y": 15})
    field.get_by_label("Headline").fill(headline)


def hold_saves(page: Page) -> list[Route]:
    """Those that do not come to the desk before they are let go."""
    held: list[Route] = []

    def hold_on(route: Route) -> None:
        held.append(route)

    page.route("**/autosave/", hold_on)
    return held


def until_one_is_held(page: Page, held: list[Route]) -> None:
    for _ in range(100):
        if held:
            return
        page.wait_for_timeout(100)
    raise AssertionError("nothing was saved")
