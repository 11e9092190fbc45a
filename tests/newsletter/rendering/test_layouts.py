"""All layouts, as readers and their mail programs get them."""

import re
from itertools import pairwise

import pytest

from tests.factories import make_digest, make_section
from tests.newsletter.rendering.samples import (
    Outline,
    briefing,
    filled_html,
    good_news,
    one_story,
    render,
    the_week,
)

pytestmark = pytest.mark.django_db

ALL = pytest.mark.parametrize("sample", [briefing, good_news, the_week])


@ALL
def test_it_is_well_formed_and_small_enough_for_gmail(sample):
    html = filled_html(sample())

    Outline(html)
    assert len(html.encode()) < 90_000


@ALL
def test_it_has_one_h1_and_never_skips_a_heading_level(sample):
    levels = [
        int(tag[1]) for tag, _ in Outline(filled_html(sample())).tags if re.fullmatch(r"h\d", tag)
    ]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))


@ALL
def test_every_picture_has_width_height_and_alt_and_is_a_copy_of_ours(sample, settings):
    pictures = Outline(filled_html(sample())).all("img")

    assert pictures
    for picture in pictures:
        assert int(picture["width"]) in {560, 600}
        assert int(picture["height"]) in {315, 338}
        assert picture["alt"]
        assert picture["src"].startswith(f"{settings.SITE_URL}/media/")


@ALL
def test_it_tells_screen_readers_what_it_is(sample):
    page = Outline(filled_html(sample()))

    assert page.all("html")[0]["lang"] == "en"
    assert any(div.get("role") == "article" for div in page.all("div"))
    assert all(table["role"] == "presentation" for table in page.all("table"))


@ALL
def test_it_brings_dark_colours_for_every_class_it_uses(sample):
    html = render(sample()).html
    used = {name for names in re.findall(r'class="([^"]+)"', html) for name in names.split()}

    assert '<meta name="color-scheme" content="light dark"' in html
    dark = html.partition("prefers-color-scheme:dark")[2].partition("[data-ogsc]")[0]
    ours = {name for name in used if not name.startswith("mj-") and not name.endswith("-outlook")}
    assert {name for name in ours if f".{name}" not in dark} <= {"h1"}
    assert "#0F161D" in dark


@ALL
def test_its_colours_are_the_publishers(sample):
    light, _, dark = render(sample()).html.partition("prefers-color-scheme:dark")

    assert "#15202B" in light + dark
    assert not re.search(r"[:\s](#000|#fff)\b", light + dark, re.IGNORECASE)


def test_the_headline_is_the_link():
    page = Outline(filled_html(one_story(headline="Harbour reopens")))

    assert "Harbour reopens" in page.text
    assert "read more" not in page.text.lower()
    assert page.all("a")[0]["href"].endswith("/")


def test_a_section_without_content_is_left_out_with_its_heading():
    digest = one_story()
    make_section(digest, "more")
    make_section(digest, "brief", {"headline": "", "blurb": ""})

    rendered = render(digest)

    assert "What else matters" not in rendered.html
    assert "IN BRIEF" not in rendered.text
    assert [section["key"] for section in rendered.page["sections"]] == ["lead"]


def test_a_digest_without_any_section_still_renders():
    Outline(filled_html(make_digest()))


def test_a_picture_section_without_its_picture_is_left_out():
    digest = make_digest(layout="good_news")
    make_section(digest, "picture", {"headline": "A heron"})

    assert render(digest).page["sections"] == []


def test_a_story_without_a_picture_leaves_no_frame():
    page = Outline(filled_html(one_story()))

    assert page.all("img") == []


def test_the_preview_line_is_the_preheader_and_nothing_of_the_body():
    html = render(briefing(preheader="Night trains return")).html
    hidden = re.search(r'<div style="display:none[^"]*">(.*?)</div>', html, re.DOTALL)

    assert hidden is not None
    assert hidden[1].startswith("Night trains return")
    assert len(hidden[1]) > 150
    assert not hidden[1].removeprefix("Night trains return").strip("\u034f\u200c\u00a0")


def test_an_advertisement_says_so_before_anything_else():
    text = Outline(filled_html(briefing())).text

    assert text.index("Advertisement") < text.index("Alder Boots")


def test_the_mail_can_be_left_and_says_who_sends_it(settings):
    page = Outline(filled_html(briefing()))
    links = [link.get("href") for link in page.all("a")]

    assert links.count("#") == 2  # unsubscribe and preferences of the sample reader
    assert f"{settings.SITE_URL}/newsletters/" in " ".join(map(str, links))
    assert "4 Beacon Row" in page.text
    assert "Forwarded to you? Sign up here" in page.text
