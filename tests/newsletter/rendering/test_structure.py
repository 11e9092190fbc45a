"""The HTML is valid, and says what each part is to those who do not see it."""

import pytest
from tinyhtml5.parser import HTMLParser as Checker

from tests.newsletter.rendering.samples import SAMPLES, Outline, filled_html, render

pytestmark = pytest.mark.django_db

ALL = pytest.mark.parametrize("sample", SAMPLES)


@ALL
def test_it_is_valid_html(sample):
    parser = Checker()
    parser.parse(filled_html(sample()))

    assert parser.errors == []


def test_what_is_not_valid_is_found():
    parser = Checker()
    parser.parse("<!doctype html><p><table></p></table>")

    assert parser.errors


@ALL
def test_each_section_has_an_h2_and_each_story_an_h3(sample):
    digest = sample()
    page = Outline(filled_html(digest))
    sections = render(digest).page["sections"]
    headed = [section for section in sections if section["heading"]]
    told = [item for section in sections for item in section["items"] if item["headline"]]
    under = [item for section in headed for item in section["items"] if item["headline"]]
    quoted = [item for s in sections if s["style"] == "quote" for item in s["items"]]

    # A story above which there is no heading is one level higher; who is quoted is no heading.
    no_heading = len(told) - len(under) - len([one for one in quoted if one not in under])
    assert len(page.all("h2")) >= len(headed) + no_heading
    assert len(page.all("h3")) >= len(under)


@ALL
def test_it_is_one_article_in_its_language(sample):
    html = filled_html(sample())
    page = Outline(html)
    (article,) = [div for div in page.all("div") if div.get("role") == "article"]

    assert article["lang"] == page.all("html")[0]["lang"] == "en"
    assert article["dir"] == page.all("html")[0]["dir"] == "ltr"
    assert article["aria-label"]
    # Also those tables that stand in comments for Outlook alone.
    assert html.count("<table") == html.count('role="presentation"')
