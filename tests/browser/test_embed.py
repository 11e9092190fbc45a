"""The form in a frame on a page of another origin, with and without scripts, and a plain form."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from subscribers.models import Consent, Subscription
from tests.publication import set_up

READER = "ana@mail.example"

pytestmark = [pytest.mark.needs_browser, pytest.mark.django_db(transaction=True)]


class Elsewhere(ThreadingHTTPServer):
    """A static page on another origin; `policy` is its Content-Security-Policy."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.body = self.policy = ""
        # Another site than the live server's "localhost".
        self.url = f"http://127.0.0.1:{self.server_port}/"


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        server = self.server
        assert isinstance(server, Elsewhere)
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        if server.policy:
            self.send_header("Content-Security-Policy", server.policy)
        self.end_headers()
        page = f'<!DOCTYPE html><html lang="en"><title>Elsewhere</title><body>{server.body}'
        self.wfile.write(page.encode())

    def log_message(self, *_said: Any) -> None:
        pass


@pytest.fixture
def elsewhere() -> Iterator[Elsewhere]:
    server = Elsewhere()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def home(live_server: Any, settings: Any) -> str:
    """The site's address, by a name of its own."""
    settings.DEBUG = True
    address = live_server.url.replace("127.0.0.1", "localhost")
    settings.SITE_URL = address
    settings.ALLOWED_HOSTS = ["localhost"]
    set_up()
    return str(address)


@pytest.fixture(params=[390, 1280])
def with_scripts(request: pytest.FixtureRequest, browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": request.param, "height": 844})
    yield context
    context.close()


@pytest.fixture
def without_scripts(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    yield context
    context.close()


def fill_in_slowly(page: Page, field: Any) -> None:
    """Slower than a robot: the form time tells them apart."""
    page.wait_for_timeout(3_000)
    field.fill(READER)


def test_the_script_places_a_frame_as_tall_as_its_form(
    home: str, elsewhere: Elsewhere, with_scripts: BrowserContext
) -> None:
    elsewhere.policy = f"default-src 'none'; script-src {home}; frame-src {home}"
    elsewhere.body = (
        f'<script src="{home}/embed.js" data-newsletter="morning-briefing" async></script>'
    )
    page = with_scripts.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(elsewhere.url)
    frame = page.frame_locator("iframe")
    expect(frame.get_by_role("heading", level=1)).to_contain_text("Morning Briefing")
    is_whole(page)

    fill_in_slowly(page, frame.get_by_label("Your e-mail address"))
    frame.get_by_role("button", name="Sign up").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Check your inbox.")
    is_whole(page)
    assert page.url == elsewhere.url
    assert not page.context.cookies()
    assert Subscription.objects.get().newsletter.slug == "morning-briefing"
    assert not [text for text in said if "Content Security Policy" in text]


def is_whole(page: Page) -> None:
    """The frame is neither cut off nor loose."""
    element = page.query_selector("iframe")
    assert element is not None
    frame = element.content_frame()
    assert frame is not None
    for _ in range(50):
        has = frame.evaluate("innerHeight")
        wants = frame.evaluate("document.documentElement.getBoundingClientRect().height")
        if 0 <= has - wants < 2:
            break
        page.wait_for_timeout(100)
    assert 0 <= has - wants < 2
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_other_messages_do_not_change_the_frame(
    home: str, elsewhere: Elsewhere, with_scripts: BrowserContext
) -> None:
    elsewhere.body = f'<script src="{home}/embed.js" data-newsletter="good-news"></script>'
    page = with_scripts.new_page()
    page.goto(elsewhere.url)
    expect(page.frame_locator("iframe").get_by_role("heading", level=1)).to_be_visible()
    is_whole(page)
    before = page.eval_on_selector("iframe", "frame => frame.style.height")
    page.evaluate("postMessage(1, '*'); postMessage('<b>', '*'); postMessage({height: 1}, '*')")
    page.wait_for_timeout(200)
    assert page.eval_on_selector("iframe", "frame => frame.style.height") == before


def test_the_frame_works_without_scripts(
    home: str, elsewhere: Elsewhere, without_scripts: BrowserContext
) -> None:
    elsewhere.body = f'<iframe src="{home}/embed/morning-briefing/" height="420"></iframe>'
    page = without_scripts.new_page()
    page.goto(elsewhere.url)
    frame = page.frame_locator("iframe")
    fill_in_slowly(page, frame.get_by_label("Your e-mail address"))
    frame.get_by_role("button", name="Sign up").click()
    expect(frame.get_by_role("heading", level=1)).to_have_text("Check your inbox.")
    assert Subscription.objects.count() == 1


def test_a_plain_form_elsewhere_needs_one_more_tap(
    home: str, elsewhere: Elsewhere, without_scripts: BrowserContext
) -> None:
    elsewhere.body = f"""
        <form action="{home}/subscribe/" method="post">
            <input type="hidden" name="newsletters" value="morning-briefing">
            <input type="hidden" name="newsletters" value="good-news">
            <label>E-mail <input type="email" name="email"></label><button>Join</button>
        </form>"""
    page = without_scripts.new_page()
    page.goto(elsewhere.url)
    page.get_by_label("E-mail").fill(READER)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One more tap.")
    expect(page.get_by_text(READER)).to_be_visible()
    assert not Consent.objects.exists()
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox.")
    assert Subscription.objects.count() == 2


def test_who_is_quick_presses_twice(
    home: str, elsewhere: Elsewhere, without_scripts: BrowserContext
) -> None:
    page = without_scripts.new_page()
    page.goto(f"{home}/newsletters/morning-briefing/")
    page.get_by_label("Your e-mail address").fill(READER)
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("One more tap.")
    page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox.")
    assert Subscription.objects.get().page.endswith("/newsletters/morning-briefing")


@pytest.mark.parametrize("path", ["/newsletters/morning-briefing/", "/embed/morning-briefing/"])
def test_its_answers_have_no_accessibility_faults(
    home: str, with_scripts: BrowserContext, path: str
) -> None:
    page = with_scripts.new_page()
    page.goto(f"{home}{path}")
    for typed in ("ana", READER):
        page.get_by_label("Your e-mail address").fill(typed)
        page.get_by_role("button", name="Sign up").click()
        page.wait_for_load_state()
        assert not Axe().run(page).response["violations"]
    # Whether a browser that looks for faults in between is as quick as a robot is left open.
    if page.get_by_role("button", name="Sign up").is_visible():
        page.get_by_role("button", name="Sign up").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Check your inbox.")
    assert not Axe().run(page).response["violations"]
