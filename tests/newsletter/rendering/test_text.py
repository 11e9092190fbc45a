"""The plain-text part."""

import pytest

from newsletter.rendering import looking, personal
from newsletter.rendering.placeholders import KNOWN, placeholders
from subscribers.mailing.messages import fill
from tests.factories import make_article, make_newsletter
from tests.newsletter.rendering.samples import briefing, good_news, one_story, render, the_week

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("sample", [briefing, good_news, the_week])
def test_it_is_wrapped_and_keeps_links_on_lines_of_their_own(sample):
    text = render(sample(intro="A word that goes on. " * 20)).text

    for line in text.splitlines():
        if "http" in line:
            assert " " not in line
        else:
            assert len(line) <= 72
    assert "\n\n\n" not in text


def test_it_has_no_markup_and_no_entities():
    text = render(one_story(headline="Tom & Jerry's <best>", blurb='"Quoted" & plain')).text

    assert "Tom & Jerry's <best>" in text
    assert '"Quoted" & plain' in text


def test_it_says_what_the_html_says():
    digest = briefing()
    rendered = render(digest)

    for section in rendered.page["sections"]:
        for item in section["items"]:
            assert item["headline"] in " ".join(rendered.text.split())
    assert "unsubscribe_url" in placeholders(rendered.text) <= KNOWN
    assert "4 Beacon Row" in rendered.text


def test_an_offer_that_a_reader_does_not_get_leaves_no_gap():
    other = make_newsletter(name="Good News")
    digest = briefing(newsletter=make_newsletter(promotes=other))
    rendered = render(digest)
    values = personal.sample_values(newsletter=digest.newsletter, revision=rendered)
    values["reader"] = "x" * 24

    assert "Get the Good News" in fill(rendered.text, values)
    assert "\n\n\n" not in fill(rendered.text, values)
    assert "\n\n\n" not in fill(rendered.text, {**values, "promo_text": ""})


def test_it_says_where_a_story_comes_from(settings):
    article = make_article(kind="excerpt", link="https://gazette.example/rent")

    digest = one_story(article=article)
    text = looking.sample(newsletter=digest.newsletter, words=render(digest)).text

    assert "https://gazette.example/rent" in text
    assert f"{settings.SITE_URL}/articles/" not in text
