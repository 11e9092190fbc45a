"""Links that are counted: which, how they look, and that they cannot be made to lead elsewhere."""

import re

import pytest

from newsletter.rendering import looking, message, personal
from newsletter.rendering.reader_marks import LENGTH, ReaderMark, read_reader_mark, reader_mark
from subscribers import tokens
from subscribers.mailing.messages import fill
from tests.factories import NOW, make_newsletter, make_staff
from tests.newsletter.rendering.samples import (
    Outline,
    briefing,
    good_news,
    one_story,
    render,
    the_week,
)

pytestmark = pytest.mark.django_db

COUNTED = re.compile(r"/c/(\d+)\.@@reader@@")


@pytest.mark.parametrize("sample", [briefing, good_news, the_week])
def test_stories_pictures_and_the_sponsor_are_counted_and_nothing_else(sample, settings):
    rendered = render(sample())

    numbers = {int(number) for number in COUNTED.findall(rendered.html)}
    assert numbers == set(range(len(rendered.links)))
    assert numbers == {int(number) for number in COUNTED.findall(rendered.text)}
    direct = [
        link["href"]
        for link in Outline(rendered.html).all("a")
        if not COUNTED.search(link["href"] or "")
    ]
    ours = {"@@preferences_url@@", "@@unsubscribe_url@@"}
    assert ours <= set(direct)
    assert all(one.startswith(f"{settings.SITE_URL}/newsletters/") for one in set(direct) - ours)


def test_picture_and_headline_of_a_story_are_one_link():
    rendered = render(briefing())

    assert rendered.html.count("/c/0.@@reader@@") == 2
    assert len(rendered.links) == 1 + 4 + 4 + 1 + 1 + 1


def test_each_says_what_it_is_and_where_it_leads():
    links = render(briefing()).links

    assert {"url": "https://boots.example/", "label": "Alder Boots"} in links
    assert links[0]["label"].startswith("Harbour reopens")
    assert "/articles/harbour-reopens" in links[0]["url"]


def test_a_newsletter_that_does_not_count_has_direct_links():
    rendered = render(briefing(newsletter=make_newsletter(tracks_clicks=False)))

    assert rendered.links == []
    assert "/c/" not in rendered.html + rendered.text
    assert "https://boots.example/" in rendered.html
    assert "https://boots.example/" in rendered.text


def test_approval_freezes_where_they_lead():
    digest = one_story(link="https://gazette.example/one")
    frozen = message.freeze(digest=digest, approved_by=make_staff(), now=NOW)
    digest.sections.get().items.update(link="https://evil.example/")

    frozen.refresh_from_db()
    assert [link["url"] for link in frozen.links] == ["https://gazette.example/one"]


def test_another_target_makes_other_words():
    digest = one_story(link="https://gazette.example/one")
    before = message.freeze(digest=digest, approved_by=None, now=NOW)
    digest.sections.get().items.update(link="https://gazette.example/two")
    after = message.freeze(digest=digest, approved_by=None, now=NOW)

    assert before.html == after.html
    assert before.digest_hash != after.digest_hash


def test_the_links_of_one_mail_share_the_readers_mark():
    digest = briefing()
    frozen = message.freeze(digest=digest, approved_by=None, now=NOW)

    html = fill(frozen.html, values_of(digest, frozen, subscriber_id=7))

    marks = set(re.findall(r"/c/\d+\.([\w-]+)", html))
    assert len(marks) == 1
    assert read_reader_mark(marks.pop()) == ReaderMark(revision_id=frozen.pk, subscriber_id=7)


def test_lines_of_the_text_part_stay_short(settings):
    settings.SITE_URL = "https://news.daymark.example"
    digest = briefing()
    frozen = message.freeze(digest=digest, approved_by=None, now=NOW)

    text = fill(frozen.text, values_of(digest, frozen, subscriber_id=7_654_321))

    counted = [line for line in text.splitlines() if "/c/" in line]
    assert counted
    assert max(map(len, counted)) <= 72


def test_whoever_looks_at_a_mail_gets_direct_links():
    digest = briefing()
    frozen = message.freeze(digest=digest, approved_by=None, now=NOW)

    for words in (render(digest), frozen):
        shown = looking.sample(newsletter=digest.newsletter, words=words)
        assert "/c/" not in shown.html + shown.text
        assert 'href="https://boots.example/"' in shown.html
        assert "https://boots.example/" in shown.text


def test_a_target_is_escaped_where_it_is_shown():
    digest = one_story(link='https://gazette.example/?a=1&b="2"')

    shown = looking.sample(newsletter=digest.newsletter, words=render(digest))

    assert 'href="https://gazette.example/?a=1&amp;b=&quot;2&quot;"' in shown.html
    assert 'https://gazette.example/?a=1&b="2"' in shown.text


def test_a_mark_is_short_and_holds_large_numbers():
    mark = reader_mark(revision_id=2**32 - 1, subscriber_id=2**40 - 1)

    assert len(mark) == LENGTH == 24
    assert read_reader_mark(mark) == ReaderMark(revision_id=2**32 - 1, subscriber_id=2**40 - 1)


def test_no_part_of_a_mark_can_be_changed():
    mark = reader_mark(revision_id=3, subscriber_id=7)

    for place in range(LENGTH):
        other = "A" if mark[place] != "A" else "B"
        with pytest.raises(tokens.BadToken):
            read_reader_mark(mark[:place] + other + mark[place + 1 :])


def test_a_mark_outlives_a_change_of_key(settings):
    settings.SECRET_KEY = "the first key of this site, long enough to be one"
    mark = reader_mark(revision_id=3, subscriber_id=7)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the second key of this site, long enough to be one"
    assert read_reader_mark(mark).subscriber_id == 7

    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(tokens.BadToken):
        read_reader_mark(mark)


def test_a_mark_is_no_token_of_another_kind():
    with pytest.raises(tokens.BadToken):
        read_reader_mark(tokens.preferences_token(subscriber_id=7, issued_at=NOW)[:LENGTH])


def values_of(digest, frozen, *, subscriber_id):
    return personal.values(
        newsletter=digest.newsletter,
        revision=frozen,
        digest_id=digest.pk,
        subscriber_id=subscriber_id,
        name="",
        confirmed_at=None,
        page="",
        gets_promoted=True,
    )
