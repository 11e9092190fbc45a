"""Every kind of public page of the demo, as readers see it: light, dark, narrow, right to left."""

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.utils import timezone
from PIL import Image
from playwright.sync_api import Browser, Page, Response

from newsletter import demo
from newsletter.demo import pictures
from newsletter.models import Article, Digest, Feed, Topic
from subscribers.models import Newsletter
from tests.browser.test_public_pages import of_a_reader
from tests.factories import make_article, make_scheduled_digest

pytestmark = [pytest.mark.needs_browser, pytest.mark.django_db(transaction=True)]

MODES = {
    "light": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "dark": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "dark"},
    "phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "light"},
    "dark phone": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
# Bytes as they are sent.
MOST = {"words": 30_000, "fonts": 60_000}
SHIFTS = """
    window.shifts = [];
    new PerformanceObserver(list => {
        for (const shift of list.getEntries()) window.shifts.push([
            shift.value, ...shift.sources.map(one => one.node?.outerHTML?.slice(0, 80))]);
    }).observe({type: "layout-shift", buffered: true});
"""


@pytest.fixture
def demo_site(
    live_server: Any, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Addresses by kind of page, on a site with the demo and what it has none of."""
    settings.SITE_URL = live_server.url
    settings.EMAIL_PROVIDERS = ["outbox"]
    settings.VAR_DIR, settings.MEDIA_ROOT = tmp_path, tmp_path / "media"
    buffer = BytesIO()
    Image.new("RGB", (640, 360), "#14507A").save(buffer, "JPEG")
    monkeypatch.setattr(pictures, "draw", lambda _name: buffer.getvalue())
    demo.load(now=timezone.now())
    return {name: live_server.url + path for name, path in paths().items()}


def paths() -> dict[str, str]:
    newsletter = Newsletter.objects.get(slug="morning-briefing")
    good_news = Newsletter.objects.get(slug="good-news")
    digest = newsletter.digests.filter(is_weekly=False).latest("occurrence")
    weekly = newsletter.digests.get(is_weekly=True)
    quiet = Newsletter.objects.create(
        name="Quiet One", slug="quiet", tagline="Seldom.", is_open=False
    )
    feed = Feed.objects.create(name="The Mercury", url="https://mercury.example/feed")
    excerpt = make_article(kind=Article.Kind.EXCERPT, feed=feed, link="https://mercury.example/q")
    story = Article.objects.get(slug="town-clock-runs-again")
    topic = Topic.objects.get(slug="business")
    oldest = fill_the_archive(digest)
    for number in range(30):
        topic.articles.add(make_article(slug=f"more-{number}"))
    return {
        "front": "/",
        "newsletter": newsletter.get_absolute_url(),
        "good news": good_news.get_absolute_url(),
        "older mails": f"{newsletter.get_absolute_url()}?before={oldest}",
        "newsletter without mails": quiet.get_absolute_url(),
        "mail": digest.get_absolute_url(),
        "weekly mail": weekly.get_absolute_url(),
        "picture mail": good_news.digests.get(state=Digest.State.SENT).get_absolute_url(),
        "corrected mail": f"{newsletter.get_absolute_url()}{oldest}/",
        "story": story.get_absolute_url(),
        "excerpt": excerpt.get_absolute_url(),
        "topic": topic.get_absolute_url(),
        "author": story.authors.get().get_absolute_url(),
        "nothing": "/nothing-here/",
        **of_a_reader(newsletter),
    }


def fill_the_archive(digest: Digest) -> str:
    """Mails of forty days, two weeks ago; the last but a few was corrected, and is named."""
    for number in range(40):
        day = timezone.now() - timedelta(days=number + 14)
        past = make_scheduled_digest(digest.newsletter, occurrence=f"{day:%Y-%m-%d}")
        Digest.objects.filter(pk=past.pk).update(
            state=Digest.State.SENT, sending_at=day, revision=digest.revision
        )
    corrected = digest.newsletter.digests.order_by("occurrence")[5]
    Digest.objects.filter(pk=corrected.pk).update(
        corrected_at=timezone.now(), correction_note="It opens on Sunday."
    )
    return str(corrected.occurrence)


@contextmanager
def opened(browser: Browser, **options: Any) -> Iterator[Page]:
    context = browser.new_context(**options)
    yield context.new_page()
    context.close()


def of_each(page: Page, site: dict[str, str], look: Callable[[Page], Any]) -> dict[str, Any]:
    """What `look` finds fault with, by page; empty when there is none."""
    found = {}
    for name, address in site.items():
        page.goto(address)
        if fault := look(page):
            found[name] = fault
    return found


def test_pages_have_no_accessibility_faults(browser: Browser, demo_site: dict[str, str]) -> None:
    faults = {}
    for mode, options in MODES.items():
        with opened(browser, **options) as page:
            faults |= {
                f"{name}, {mode}": fault
                for name, fault in of_each(page, demo_site, violations).items()
            }
    assert not faults


def violations(page: Page) -> list[str]:
    return [
        f"{fault['id']}: {node['html'][:120]}"
        for fault in Axe().run(page).response["violations"]
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_no_page_is_wider_than_a_small_phone(
    browser: Browser, demo_site: dict[str, str], direction: str
) -> None:
    def overflow(page: Page) -> list[str]:
        page.evaluate("way => document.documentElement.dir = way", direction)
        return page.evaluate(
            """() => document.documentElement.scrollWidth <= 320 ? [] :
            ["scrolls", ...[...document.querySelectorAll("body *")].filter(one => {
                const box = one.getBoundingClientRect();
                return box.width && (box.right > 321 || box.left < -1);
            }).map(one => one.outerHTML.slice(0, 100))]"""
        )

    with opened(browser, viewport={"width": 320, "height": 640}) as page:
        assert not of_each(page, demo_site, overflow)


def test_pages_turn_round_for_scripts_written_from_right_to_left(
    browser: Browser, demo_site: dict[str, str]
) -> None:
    """What stands at the beginning of a line does so on the other side too."""

    def not_turned(page: Page) -> list[str]:
        gaps = """() => Object.fromEntries([...document.querySelectorAll("main *")]
            .filter(one => one.offsetWidth && getComputedStyle(one).borderLeftWidth !=
                getComputedStyle(one).borderRightWidth)
            .map((one, at) => [at, [one.outerHTML.slice(0, 80),
                parseFloat(getComputedStyle(one).borderLeftWidth) > 0]]))"""
        before = page.evaluate(gaps)
        page.evaluate(
            """() => { document.documentElement.dir = "rtl";
            for (const one of document.querySelectorAll("main [dir]")) one.dir = "rtl"; }"""
        )
        after = page.evaluate(gaps)
        return [said[0] for at, said in after.items() if said[1] == before[at][1]]

    with opened(browser, viewport={"width": 390, "height": 844}) as page:
        assert not of_each(page, demo_site, not_turned)


def test_pages_are_small_and_load_nothing_from_elsewhere(
    browser: Browser, demo_site: dict[str, str], live_server: Any
) -> None:
    found = {}
    for name, address in demo_site.items():
        # Each with nothing kept from the one before.
        with opened(browser, **MODES["light"]) as page:
            heard = Heard(page)
            page.goto(address, wait_until="networkidle")
            if faults := heard.faults(live_server.url):
                found[name] = faults
    assert not found


class Heard:
    """What a page loads and what the browser says about it."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._answers: list[Response] = []
        self._said: list[str] = []
        page.on("response", self._answer)
        page.on("console", lambda message: self._said.append(message.text))
        page.on("pageerror", lambda error: self._said.append(str(error)))

    def _answer(self, answer: Response) -> None:
        self._answers.append(answer)

    def faults(self, home: str) -> list[str]:
        """What is too large, from elsewhere, lost or refused."""
        found = [f"{kind} {size}" for kind, size in self._weigh().items() if size > MOST[kind]]
        for answer in self._answers:
            if not answer.url.startswith(home):
                found.append(f"elsewhere: {answer.url}")
            if answer.status >= 400 and answer.url != self._page.url:
                found.append(f"lost: {answer.url}")
        # Chromium says so of pages that answer 404 and 410 as they should.
        return found + [words for words in self._said if "Failed to load resource" not in words]

    def _weigh(self) -> dict[str, int]:
        """Compressed bytes of markup, styles and scripts; fonts are compressed by themselves."""
        sizes = {"words": 0, "fonts": 0}
        for answer in self._answers:
            kind = answer.request.resource_type
            if kind in {"document", "stylesheet", "script"}:
                sizes["words"] += len(gzip.compress(answer.body(), 6))
            elif kind == "font":
                sizes["fonts"] += answer.request.sizes()["responseBodySize"]
        return sizes


@pytest.mark.parametrize("mode", ["light", "phone"])
def test_nothing_jumps_while_a_page_loads(
    browser: Browser, demo_site: dict[str, str], mode: str
) -> None:
    def shifts(page: Page) -> list[Any]:
        page.wait_for_load_state("networkidle")
        page.evaluate("() => document.fonts.ready")
        # Pictures further down are loaded when one comes near them.
        height = page.evaluate("document.documentElement.scrollHeight")
        for _ in range(0, height, 600):
            page.mouse.wheel(0, 600)
            page.wait_for_timeout(20)
        page.wait_for_load_state("networkidle")
        return page.evaluate("window.shifts")

    with opened(browser, **MODES[mode]) as page:
        page.add_init_script(SHIFTS)
        assert not of_each(page, demo_site, shifts)
