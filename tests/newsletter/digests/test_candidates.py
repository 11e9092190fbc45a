"""The stories that an editor may add: found by words and filters, a page at a time."""

from datetime import timedelta
from typing import Any

import pytest

from newsletter.digests.candidates import A_PAGE, Wanted, candidates, start_of
from newsletter.models import Digest, Feed, Item, Topic
from tests.factories import NOW, make_article, make_digest, make_image, make_section

pytestmark = pytest.mark.django_db


@pytest.fixture
def mail() -> Digest:
    return make_digest()


def titles(mail: Digest, **wanted: Any) -> list[str]:
    found = candidates(digest=mail, wanted=Wanted(**wanted), now=NOW)
    return [one.story.title for one in found.candidates]


def test_each_word_is_looked_for_in_title_and_dek(mail: Digest) -> None:
    make_article(title="Ferries sail again", dek="From Port Alder.")
    make_article(title="Port Alder votes", dek="On Sunday.")
    assert titles(mail, words="alder ferries") == ["Ferries sail again"]


def test_filters_narrow_what_is_found(mail: Digest) -> None:
    feed = Feed.objects.create(name="Wire", url="https://wire.example/feed")
    topic = Topic.objects.create(name="Sea", slug="sea")
    make_article(title="Plain", published_at=NOW - timedelta(days=5))
    make_article(title="From the wire", feed=feed)
    make_article(title="Of the sea").topics.add(topic)
    make_article(title="Good", good_news=True)
    make_article(title="Pictured", hero=make_image())
    assert titles(mail, feed_id=feed.pk) == ["From the wire"]
    assert titles(mail, topic_id=topic.pk) == ["Of the sea"]
    assert titles(mail, good_news=True) == ["Good"]
    assert titles(mail, has_picture=True) == ["Pictured"]
    assert "Plain" not in titles(mail, since=NOW - timedelta(days=3))


def test_where_a_story_ran_is_told_and_can_be_left_out(mail: Digest) -> None:
    elsewhere = make_section(make_digest(mail.newsletter, occurrence="2026-11-20"), "lead")
    ran, here, new = (make_article(title=title) for title in ("Ran", "Here", "New"))
    Item.objects.create(section=elsewhere, article=ran)
    Item.objects.create(section=make_section(mail, "lead"), article=here)
    found = {one.story: one for one in candidates(digest=mail, wanted=Wanted(), now=NOW).candidates}
    assert [run.occurrence for run in found[ran].elsewhere] == ["2026-11-20"]
    assert (here in found, found[new].is_here) == (False, False)
    assert titles(mail, not_run=True) == ["New"]


def test_a_story_of_this_mail_is_found_by_its_words_only(mail: Digest) -> None:
    here = make_article(title="Here")
    Item.objects.create(section=make_section(mail, "lead"), article=here)
    assert titles(mail) == []
    found = candidates(digest=mail, wanted=Wanted(words="here"), now=NOW).candidates
    assert [(one.story, one.is_here) for one in found] == [(here, True)]


def test_pages_hold_thirty_and_leave_none_out(mail: Digest, django_assert_num_queries: Any) -> None:
    stories = [make_article() for _ in range(A_PAGE + 3)]
    with django_assert_num_queries(2):
        first = candidates(digest=mail, wanted=Wanted(), now=NOW)
    second = candidates(digest=mail, wanted=Wanted(), after=first.after, now=NOW)
    assert (len(first.candidates), len(second.candidates), second.after) == (A_PAGE, 3, "")
    shown = {one.story for one in (*first.candidates, *second.candidates)}
    assert shown == set(stories)


def test_what_is_no_place_in_the_list_is_its_start(mail: Digest) -> None:
    make_article()
    out = ("0001-01-01T00:00:00+05:00_1", "9999-12-31T23:59:59-05:00_1")
    for after in ("x", "2026-11-24_1", "2026-11-24T00:00:00+00:00_x", "_" * 50, *out):
        found = candidates(digest=mail, wanted=Wanted(), after=after, now=NOW)
        assert len(found.candidates) == 1


def test_a_story_of_tomorrow_is_not_there_yet(mail: Digest) -> None:
    make_article(published_at=NOW + timedelta(hours=1))
    assert titles(mail) == []


def test_today_begins_where_the_newsletter_is(mail: Digest) -> None:
    mail.newsletter.time_zone = "Asia/Tokyo"
    midnight = NOW.replace(hour=0) - timedelta(hours=9)
    assert start_of(days=1, digest=mail, now=NOW) == midnight
    assert start_of(days=3, digest=mail, now=NOW) == NOW - timedelta(days=3)
