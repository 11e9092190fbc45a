"""All mails of the demo keep to what each of their sections is made for."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from newsletter import demo
from newsletter.models import Digest
from newsletter.rendering import looking
from tests.newsletter.rendering.samples import Outline

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick_pictures")]

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)
WEEKLY = "the week"
# Section -> signs of a headline at most, words of a blurb at least and at most.
SECTIONS = {
    "morning-briefing": {
        "lead": (80, 60, 90),
        "more": (75, 35, 50),
        "brief": (75, 1, 25),
        "sponsor": (75, 1, 40),
        "number": (75, 1, 30),
        "good_thing": (75, 1, 35),
    },
    "good-news": {
        "big_one": (70, 70, 100),
        "three_more": (70, 35, 45),
        "adds_up": (70, 1, 25),
        "picture": (70, 0, 40),
        "sponsor": (70, 1, 40),
        "quote": (70, 1, 35),
    },
    WEEKLY: {
        "week_lead": (80, 60, 90),
        "week_missed": (75, 30, 50),
        "week_brief": (75, 1, 25),
        "week_sponsor": (75, 1, 40),
    },
}
# Words of the whole mail, and of its hello.
LENGTHS = {
    "morning-briefing": ((500, 750), (40, 60)),
    "good-news": ((450, 650), (30, 50)),
    WEEKLY: ((450, 800), (30, 60)),
}
ALL = pytest.mark.parametrize("slug", SECTIONS)


@pytest.fixture
def mails(loaded: demo.DemoResult) -> dict[str, Digest]:
    """What the demo sent, by newsletter."""
    return {
        **{slug: latest(slug, is_weekly=False) for slug in ("morning-briefing", "good-news")},
        WEEKLY: latest("morning-briefing", is_weekly=True),
    }


def latest(slug: str, *, is_weekly: bool) -> Digest:
    mails = Digest.objects.filter(newsletter__slug=slug, is_weekly=is_weekly)
    return mails.latest("occurrence")


def page_of(digest: Digest) -> Any:
    assert digest.revision
    return digest.revision.page


def shown(digest: Digest) -> looking.Sample:
    assert digest.revision
    return looking.sample(newsletter=digest.newsletter, words=digest.revision)


@ALL
def test_each_section_keeps_to_its_limits(mails: dict[str, Digest], slug: str) -> None:
    for section in page_of(mails[slug])["sections"]:
        headline, least, most = SECTIONS[slug][section["key"]]
        for item in section["items"]:
            assert len(item["headline"]) <= headline, item["headline"]
            assert least <= len(item["blurb"].split()) <= most, (section["key"], item["blurb"])
            assert len(item["kicker"].rpartition(" · ")[2]) <= 20
            assert len(item["figure"]) <= 8
            if item["image"]:
                assert len(item["image"]["caption"]) <= 90, item["image"]["caption"]
                assert item["image"]["credit"]
                assert item["image"]["alt"]


@ALL
def test_subject_and_preview_line_fit_an_inbox(mails: dict[str, Digest], slug: str) -> None:
    page = page_of(mails[slug])

    assert 1 <= len(page["title"]) <= 55
    assert 50 <= len(page["preheader"]) <= 90
    assert page["title"].lower() not in page["preheader"].lower()
    assert not any(word in page["title"] for word in page["date"].split() if len(word) > 2)


@ALL
def test_it_takes_as_long_as_it_should(mails: dict[str, Digest], slug: str) -> None:
    (least, most), (hello_least, hello_most) = LENGTHS[slug]
    digest = mails[slug]

    assert hello_least <= len(page_of(digest)["intro"].split()) <= hello_most
    assert len(page_of(digest)["sign_off"].split()) <= 25
    assert least <= len(Outline(shown(digest).html).text.split()) <= most


@ALL
def test_it_is_far_from_what_gmail_cuts_off(mails: dict[str, Digest], slug: str) -> None:
    assert len(shown(mails[slug]).html.encode()) < 90_000


@ALL
def test_the_lead_comes_first_and_the_way_out_is_in_words(
    mails: dict[str, Digest], slug: str
) -> None:
    digest = mails[slug]
    page = Outline(shown(digest).html)
    first = page_of(digest)["sections"][0]["items"][0]["headline"]

    links = [words for words in ("Unsubscribe", "Fewer mails or a break") if words in page.text]
    assert len(links) == 2
    assert page.text.index(first) < len(page.text) // 3
    # Marked before anything is said for it, and never above the third section.
    keys = [section["key"] for section in page_of(digest)["sections"]]
    assert next(place for place, key in enumerate(keys) if key.endswith("sponsor")) >= 2
    assert re.search(r"Advertisement (Alder Boots|The slow boat)", page.text)
