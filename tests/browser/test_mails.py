"""Both mails in a browser: whatever is in them, nothing runs out of the column."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from newsletter.models import Digest
from newsletter.pages.looks import enlarged
from subscribers.captured_html import framed
from tests.factories import make_article, make_digest, make_image, make_newsletter, make_section
from tests.newsletter.rendering.samples import SAMPLES, filled_html

pytestmark = [pytest.mark.needs_browser, pytest.mark.django_db]

LONG = "An unusually long headline that goes on and on about the harbour, the ferries and " * 3
RIGHT_TO_LEFT = "عاصفة تغلق الميناء وتوقف العبارات حتى إشعار آخر"
FAR = f"https://a.example/{'x' * 882}"


def alone(**fields: Any) -> Digest:
    """A mail with one story that has these fields."""
    digest = make_digest()
    make_section(digest, "lead", {"article": make_article(), **fields})
    return digest


def thirty() -> Digest:
    digest = make_digest()
    make_section(digest, "more", *({"article": make_article()} for _ in range(30)))
    return digest


def everywhere(words: str) -> Digest:
    """The same words in each place that an editor or a source writes into."""
    digest = make_digest(subject=words[:150], preheader=words[:150], intro=words, sign_off=words)
    hero = make_image(state="waiting")
    story = make_article(hero=hero, hero_alt=words[:200], caption=words[:200], credit=words[:100])
    make_section(digest, "lead", {"article": story, "headline": words[:300], "blurb": words})
    make_section(digest, "more", {"headline": words[:300], "blurb": words})
    make_section(digest, "brief", {"headline": words[:300], "blurb": words, "link": FAR})
    make_section(digest, "sponsor", {"headline": words[:300], "blurb": words, "link": FAR})
    make_section(digest, "number", {"figure": "41,000 %", "headline": words[:300]})
    return digest


def right_to_left() -> Digest:
    digest = make_digest(make_newsletter(language="ar"), intro=RIGHT_TO_LEFT)
    make_section(digest, "lead", {"headline": RIGHT_TO_LEFT, "blurb": RIGHT_TO_LEFT})
    make_section(digest, "brief", {"headline": "Left to right", "blurb": "for once."})
    return digest


MAILS: dict[str, Callable[[], Digest]] = {
    **{sample.__name__: sample for sample in SAMPLES},
    "no picture": alone,
    "a headline of 200 signs": lambda: alone(headline=LONG[:200]),
    "one story right to left": lambda: alone(headline=RIGHT_TO_LEFT, blurb=RIGHT_TO_LEFT),
    "all right to left": right_to_left,
    "30 items": thirty,
    "nothing": make_digest,
    "3,000 words": lambda: alone(blurb="word " * 3_000),
    "emoji": lambda: everywhere("🔥👩‍🚒🏳️‍🌈" * 15),
    "an address of 900 signs": lambda: everywhere(FAR),
    "a word of 900 signs": lambda: everywhere("x" * 900),
}


@pytest.mark.parametrize("name", MAILS)
def test_nothing_runs_out_of_the_column(browser: Browser, name: str) -> None:
    html = filled_html(MAILS[name]())

    for shown in (html, enlarged(html)):
        for width in (600, 390):
            for dark in (False, True):
                page = browser.new_page(viewport={"width": width, "height": 844})
                page.set_content(framed(shown, dark=dark))
                assert page.evaluate("document.documentElement.scrollWidth") <= width
                page.close()


@pytest.mark.parametrize("sample", SAMPLES)
def test_a_mail_has_no_fault_for_those_who_do_not_see_it(browser: Browser, sample: Any) -> None:
    page = browser.new_page(viewport={"width": 390, "height": 844})
    page.set_content(framed(filled_html(sample()), dark=False))

    found = Axe().run(page).response["violations"]

    # A mail stands inside a mail program, whose page has the landmarks.
    assert [one["id"] for one in found if one["id"] not in {"region", "landmark-one-main"}] == []
