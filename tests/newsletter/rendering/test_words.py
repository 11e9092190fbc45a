"""What a digest takes from its stories when the editor wrote nothing."""

import pytest

from tests.factories import make_article, make_digest, make_image, make_newsletter, make_section
from tests.newsletter.rendering.samples import one_story, render

pytestmark = pytest.mark.django_db

BODY = "".join(f"<p>Sentence number {n} has exactly seven words.</p>" for n in range(40))


def lead_of(digest):
    return render(digest).page["sections"][0]["items"][0]


def test_the_editors_words_win():
    item = lead_of(one_story(headline="Mine", blurb="My words.", kicker="Port"))

    assert (item["headline"], item["blurb"], item["kicker"]) == ("Mine", "My words.", "Port")


def test_the_lead_is_filled_with_whole_sentences_up_to_its_length():
    item = lead_of(one_story(article=make_article(dek="A short dek.", body=BODY)))

    assert item["blurb"].startswith("A short dek. Sentence number 0")
    assert 60 <= len(item["blurb"].split()) <= 90
    assert item["blurb"].endswith("words.")


def test_a_dek_that_opens_the_body_is_not_said_twice():
    article = make_article(dek="The gate is open.", body="<p>The gate is open. Boats left.</p>")

    assert lead_of(one_story(article=article))["blurb"] == "The gate is open. Boats left."


def test_one_endless_sentence_is_cut_at_a_word():
    item = lead_of(one_story(article=make_article(dek="word " * 300, body="")))

    assert len(item["blurb"].split()) == 90
    assert item["blurb"].endswith("…")


def test_a_sentence_that_does_not_fit_is_begun_where_words_are_wanted():
    long = f"<p>It {'goes on ' * 33}onwards, {'further ' * 40}to the end.</p>"
    item = lead_of(one_story(article=make_article(dek="Two words.", body=long)))

    assert 60 <= len(item["blurb"].split()) <= 90
    assert item["blurb"].endswith("onwards…")


def test_a_story_with_nothing_but_a_title_is_shown_with_it():
    item = lead_of(one_story(article=make_article(title="Only a title", dek="", body="")))

    assert (item["headline"], item["blurb"]) == ("Only a title", "")


def test_a_caption_does_not_go_with_another_picture():
    article = make_article(hero=make_image(), caption="The first boats.", credit="Ada Roe")
    item = lead_of(one_story(article=article, image=make_image(), image_alt="A crane"))

    assert item["image"]["alt"] == "A crane"
    assert item["image"]["caption"] == ""


def test_a_picture_that_nobody_described_has_its_storys_title():
    article = make_article(title="Harbour reopens", hero=make_image())

    assert lead_of(one_story(article=article))["image"]["alt"] == "Harbour reopens"


def test_the_date_is_in_the_newsletters_language():
    digest = make_digest(make_newsletter(language="de"), occurrence="2026-03-03-2")

    assert render(digest).page["date"] == "Dienstag 3 März 2026"


def test_it_counts_the_minutes_of_all_words():
    digest = make_digest(intro="word " * 200)
    make_section(digest, "lead", {"headline": "x", "blurb": "word " * 300})

    assert render(digest).page["minutes"] == 3


def test_a_story_elsewhere_that_came_from_no_feed_names_its_site():
    article = make_article(kind="excerpt", link="https://a.example/x", site="The Harbour Post")

    assert lead_of(one_story(article=article))["source"] == "The Harbour Post"
