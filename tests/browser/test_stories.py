"""Getting a story in: by a pasted link, and written with the toolbar."""

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from newsletter.models import Article, Item, Section
from tests.browser.test_correcting import log_in
from tests.factories import make_digest, make_section
from tests.newsletter.content.conftest import site as pages  # noqa: F401
from tests.newsletter.content.test_pasting import PAGES, picture
from tests.publication import set_up

pytestmark = [pytest.mark.needs_browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=[1280, 390], ids=["wide", "phone"])
def desk(request: pytest.FixtureRequest, browser: Browser, live_server: Any) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": request.param, "height": 844}, base_url=live_server.url
    )
    context.set_default_timeout(20_000)
    set_up()
    page = context.new_page()
    log_in(page, live_server.url)
    expect(page.get_by_role("heading", name="Today").first).to_be_visible()
    yield page
    context.close()


@pytest.fixture
def story_page(pages: Any) -> str:  # noqa: F811
    pages.serve("/pictures/full/ferry.jpg", picture())
    return pages.serve("/2026/ferry-is-back", (PAGES / "data.html").read_bytes())


@pytest.fixture
def section(db: None) -> Section:
    return make_section(make_digest(), "more", {"headline": "Ferry fares rise"})


def check(page: Page) -> None:
    violations = Axe().run(page).response["violations"]
    assert not [(one["id"], one["nodes"][0]["html"][:200]) for one in violations]
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_a_link_is_pasted_with_the_mouse(desk: Page, story_page: str) -> None:
    desk.goto("/admin/newsletter/article/")
    desk.get_by_role("link", name="Paste a link").click()
    check(desk)
    desk.get_by_label("Address of the story").fill(f"{story_page}?utm_source=chat")
    desk.get_by_role("button", name="Read the page").click()
    expect(desk.get_by_role("heading", name="Look it over")).to_be_visible()
    expect(desk.get_by_alt_text("The picture that was found")).to_be_visible()
    check(desk)
    desk.get_by_role("button", name="Use this as the dek").click()
    desk.get_by_text("Good news", exact=True).click()
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("Saved. It is a story now.")).to_be_visible()
    story = Article.objects.get(title="The ferry is back & full")
    assert story.dek.startswith("The first ferry left Port Alder")
    assert (story.good_news, story.hero_alt) == (True, "A white ferry leaves a grey harbour")


def test_a_link_is_pasted_with_the_keyboard_for_a_mail(
    desk: Page, story_page: str, section: Section
) -> None:
    desk.goto(f"/admin/newsletter/article/paste/?mail={section.digest_id}&section={section.pk}")
    desk.get_by_label("Address of the story").focus()
    desk.keyboard.type(story_page)
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Look it over")).to_be_visible()
    alt = desk.get_by_label("What the picture shows")
    alt.focus()
    desk.keyboard.press("Control+a")
    desk.keyboard.press("Delete")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Say what the picture shows")).to_be_visible()
    check(desk)
    alt.focus()
    desk.keyboard.type("A ferry")
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("Saved, and put at the end of")).to_be_visible()
    story = Article.objects.get(title="The ferry is back & full")
    assert story.hero_alt == "A ferry"
    assert Item.objects.filter(section=section).last().article == story


def test_a_story_is_written_with_bold_a_link_and_a_list(desk: Page) -> None:
    desk.goto("/admin/newsletter/article/write/")
    check(desk)
    desk.get_by_label("Headline").fill("The bridge")
    text = desk.get_by_role("textbox", name="Text")
    text.focus()
    desk.keyboard.type("It ")
    desk.keyboard.press("Control+b")
    desk.keyboard.type("opens")
    desk.keyboard.press("Control+b")
    desk.keyboard.type(" today, says ")
    desk.keyboard.press("Control+k")
    desk.keyboard.type("town.example")
    desk.keyboard.press("Enter")
    desk.keyboard.press("Enter")
    # One stop for the tab key, then arrows.
    desk.get_by_role("button", name="Bold").focus()
    for _ in range(4):
        desk.keyboard.press("ArrowRight")
    expect(desk.get_by_role("button", name="List", exact=True)).to_be_focused()
    desk.keyboard.press("Enter")
    desk.keyboard.type("one lane")
    desk.keyboard.press("Enter")
    desk.keyboard.type("two lanes")
    expect(desk.get_by_role("button", name="List", exact=True)).to_have_attribute(
        "aria-pressed", "true"
    )
    check(desk)
    desk.get_by_role("button", name="Save", exact=True).click()
    expect(desk.get_by_text("Saved. It is a story now.")).to_be_visible()
    body = Article.objects.get(title="The bridge").body
    assert body.startswith("<p>It <strong>opens</strong> today, says <a")
    assert body.endswith("<ul><li>one lane</li><li>two lanes</li></ul>")


def test_what_is_pasted_into_a_text_comes_clean(desk: Page) -> None:
    desk.goto("/admin/newsletter/article/write/")
    text = desk.get_by_role("textbox", name="Text")
    text.focus()
    foreign = """<meta charset=utf-8><b style="font-weight:normal"><h1 class=x>Big</h1>
    <p style="color:red" onclick="x()">Some <i>words</i><img src=x onerror="document.title='no'">
    <a href="javascript:x()">here</a></p><script>x</script></b>"""
    text.evaluate(
        """(element, html) => {
            const data = new DataTransfer();
            data.setData("text/html", html);
            element.dispatchEvent(new ClipboardEvent("paste",
                { clipboardData: data, bubbles: true, cancelable: true }));
        }""",
        foreign,
    )
    written = desk.locator("[name=body]").evaluate("field => field.value")
    assert "<h2>Big</h2>" in written
    assert "<em>words</em>" in written
    for gone in ("style", "onclick", "img", "javascript", "script", "<strong>"):
        assert gone not in written
    assert desk.title() != "no"
