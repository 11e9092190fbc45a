"""Every public page: no accessibility faults, no refused content, no sideways scrolling."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from playwright.sync_api import Browser, Page

from subscribers import tokens
from subscribers.models import AddressChange, FreshLink, OutboxMail, OutboxTemplate
from tests.factories import make_article, make_newsletter, make_reader
from tests.publication import publish, set_up

pytestmark = [pytest.mark.needs_browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def addresses(live_server: Any, settings: Any) -> dict[str, str]:
    """Every public page by name, on a site with something on each."""
    settings.DEBUG = True
    settings.SITE_URL = live_server.url
    settings.EMAIL_PROVIDERS = ["outbox"]
    newsletter = set_up()
    digest = publish(newsletter)
    # Under each story, with a word that is wider than a phone.
    make_article(title=f"{'Llanfairpwllgwyngyll' * 3} gets a bench", published_at=timezone.now())
    paths = {
        "front": "/",
        "privacy": "/privacy/",
        "newsletter": newsletter.get_absolute_url(),
        "digest": digest.get_absolute_url(),
        "article": "/articles/story-0/",
        "embedded": f"/embed/{newsletter.slug}/",
        "embedded, gone": "/embed/gone/",
        "outbox": "/outbox/",
        **of_a_reader(newsletter),
        **of_the_outbox(),
    }
    return {name: live_server.url + path for name, path in paths.items()}


def of_a_reader(newsletter: Any) -> dict[str, str]:
    now = timezone.now()
    reader = make_reader(newsletter, address="ana@mail.example")
    newcomer = make_reader(newsletter, address="ben@mail.example", state="pending")
    leaving = tokens.unsubscribe_token(subscriber_id=reader.pk, newsletter_id=newsletter.pk)
    add = make_newsletter(name="Weekend Reads")
    link = FreshLink.objects.create(subscriber=reader, created_at=now)
    fresh = tokens.fresh_token(subscriber_id=reader.pk, row_id=link.pk)
    change = AddressChange.objects.create(
        subscriber=reader, new_address="ana@new.example", created_at=now
    )
    moving = tokens.new_address_token(subscriber_id=reader.pk, row_id=change.pk)
    choices = tokens.preferences_token(subscriber_id=reader.pk, issued_at=now)
    confirming = tokens.confirm_token(subscriber_id=newcomer.pk, issued_at=now)
    expired = tokens.confirm_token(subscriber_id=newcomer.pk, issued_at=now - timedelta(days=8))
    return {
        "confirm": f"/confirm/{confirming}/",
        "expired": f"/confirm/{expired}/",
        "unknown link": "/confirm/cut-in-two/",
        "preferences": f"/preferences/{choices}/",
        "one tap": f"/preferences/{choices}/?add={add.slug}",
        "fresh link": f"/your-data/{fresh}/",
        "new address": f"/new-address/{moving}/",
        "unsubscribe": f"/unsubscribe/{leaving}/",
    }


def of_the_outbox() -> dict[str, str]:
    now = timezone.now()
    template = OutboxTemplate.objects.create(
        key="k",
        subject="Harbour reopens after the storm",
        html='<html lang="en"><head><title>Hello</title></head><body><h1>Hello</h1></body></html>',
        text="Hello\n",
        headers={"From": "The Daymark <briefing@daymark.example>"},
        created_at=now,
    )
    mail = OutboxMail.objects.create(
        template=template,
        address="ana@mail.example",
        values={},
        source="digest:1",
        token=uuid4(),
        created_at=now,
    )
    views = ("html", "text", "source", "headers")
    return {f"outbox {view}": f"/outbox/{mail.pk}/?view={view}" for view in views}


@pytest.fixture(params=["light", "dark"])
def phone(request: pytest.FixtureRequest, browser: Browser) -> Iterator[Page]:
    """The narrowest screen that pages are made for, in both modes."""
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, color_scheme=request.param
    )
    yield context.new_page()
    context.close()


def test_pages_are_there(phone: Page, addresses: dict[str, str]) -> None:
    answers = {}
    for name, address in addresses.items():
        response = phone.goto(address)
        answers[name] = response.status if response else 0
    assert answers.pop("embedded, gone") == 404
    assert answers.pop("expired") == 410
    assert answers.pop("unknown link") == 404
    assert set(answers.values()) == {200}, answers


def test_pages_have_no_accessibility_faults(phone: Page, addresses: dict[str, str]) -> None:
    faults = {}
    for name, address in addresses.items():
        phone.goto(address)
        violations = Axe().run(phone).response["violations"]
        found = [
            f"{fault['id']}: {node['html'][:120]}"
            for fault in violations
            for node in fault["nodes"]
        ]
        if found:
            faults[name] = found
    assert not faults


def test_pages_do_not_scroll_sideways(phone: Page, addresses: dict[str, str]) -> None:
    wide = {}
    for name, address in addresses.items():
        phone.goto(address)
        width = phone.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[name] = width
    assert not wide


def test_the_policy_refuses_nothing_that_pages_use(phone: Page, addresses: dict[str, str]) -> None:
    said: list[str] = []
    phone.on("console", lambda message: said.append(message.text))
    for address in addresses.values():
        phone.goto(address, wait_until="networkidle")
    assert not [text for text in said if "Content Security Policy" in text]
