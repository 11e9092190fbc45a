"""The same story twice is one article."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from newsletter.content import articles, identity, importing
from newsletter.content.articles import Stored
from newsletter.content.entries import Entry, Picture, ReadFeed
from newsletter.models import Article, Image

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)
PLAIN = "https://gazette.example/ferry?id=7&page=2"


@pytest.mark.parametrize(
    "other",
    [
        "http://gazette.example/ferry?id=7&page=2",
        "https://GAZETTE.example/ferry?id=7&page=2",
        "https://www.gazette.example:443/ferry?page=2&id=7",
        "https://gazette.example/ferry/?id=7&page=2#comments",
        "https://gazette.example/ferry?id=7&page=2&utm_source=feed&utm_campaign=x&fbclid=y&gclid=z",
        "  https://gazette.example/ferry?id=7&page=2 ",
        "https://www.google.com/url?sa=t&url=https%3A%2F%2Fgazette.example%2Fferry%3Fid%3D7%26page%3D2",
    ],
)
def test_it_takes_these_links_for_one_page(other):
    assert identity.link_key(other) == identity.link_key(PLAIN)


@pytest.mark.parametrize(
    "other",
    [
        "https://gazette.example/ferry?id=8&page=2",
        "https://gazette.example/Ferry?id=7&page=2",
        "https://gazette.example:8443/ferry?id=7&page=2",
        "https://other.example/ferry?id=7&page=2",
    ],
)
def test_it_keeps_different_pages_apart(other):
    assert identity.link_key(other) != identity.link_key(PLAIN)


@pytest.mark.parametrize("port", ["x", "0", "99999"])
def test_an_address_whose_port_is_no_port_is_none(port):
    with pytest.raises(ValueError, match=r"\w"):
        identity.without_tracking(f"https://gazette.example:{port}/ferry")


def entry(**values: object) -> Entry:
    defaults = {
        "title": "Ferry returns",
        "link": "https://gazette.example/ferry",
        "guid": "7",
        "summary": "<p>It sails again.</p>",
        "body": "<p>The whole story.</p>",
        "published_at": NOW - timedelta(hours=2),
    }
    return Entry(**(defaults | values))


@pytest.fixture
def feed(make_feed):
    return make_feed("https://gazette.example/feed", kind="own")


def test_it_knows_a_story_by_its_guid_or_by_its_link(feed):
    assert articles.store(feed=feed, entry=entry(), now=NOW) is Stored.NEW
    assert articles.store(feed=feed, entry=entry(), now=NOW) is Stored.KNOWN
    articles.store(feed=feed, entry=entry(guid="other"), now=NOW)
    articles.store(feed=feed, entry=entry(link="https://gazette.example/ferry-2"), now=NOW)
    assert Article.objects.count() == 1


def test_it_counts_doubled_entries_within_a_feed(feed):
    found = ReadFeed(
        total=3,
        entries=[entry(), entry(guid="8"), entry(guid="9", link="https://gazette.example/9")],
    )
    outcome = importing.import_entries(feed=feed, found=found, now=NOW)
    assert outcome.message == "3 entries, 2 new, 1 doubled."


def test_a_story_in_two_feeds_stays_with_the_first(feed, make_feed):
    second = make_feed("https://wire.example/feed", name="Wire")
    articles.store(feed=feed, entry=entry(), now=NOW)
    again = entry(guid="w-1", link="http://www.gazette.example/ferry/?utm_source=wire", title="W")
    assert articles.store(feed=second, entry=again, now=NOW) is Stored.KNOWN
    article = Article.objects.get()
    assert (article.feed, article.title) == (feed, "Ferry returns")


def test_a_feed_that_may_show_it_whole_takes_over_an_excerpt(feed, make_feed):
    wire = make_feed("https://wire.example/feed", name="Wire")
    articles.store(feed=wire, entry=entry(guid="w-1"), now=NOW)
    assert articles.store(feed=feed, entry=entry(), now=NOW) is Stored.UPDATED
    article = Article.objects.get()
    assert (article.feed, article.kind, article.body) == (feed, "own", "<p>The whole story.</p>")


def test_guids_of_two_feeds_are_not_compared(feed, make_feed):
    second = make_feed("https://wire.example/feed", name="Wire")
    articles.store(feed=feed, entry=entry(guid="1"), now=NOW)
    articles.store(feed=second, entry=entry(guid="1", link="https://wire.example/1"), now=NOW)
    assert Article.objects.count() == 2


def test_stories_that_all_link_to_the_front_page_are_told_apart_by_guid(feed):
    for guid in ("1", "2"):
        articles.store(feed=feed, entry=entry(guid=guid, link="https://gazette.example/"), now=NOW)
    assert Article.objects.count() == 2


def test_an_update_keeps_what_staff_decided(feed):
    articles.store(feed=feed, entry=entry(), now=NOW)
    ours = Image.objects.create(state=Image.State.READY)
    Article.objects.update(good_news=True, kicker="Harbour", hero=ours)
    slug = Article.objects.get().slug
    changed = entry(
        title="Ferry delayed",
        body="<p>Not yet.</p>",
        published_at=NOW,
        picture=Picture(url="https://gazette.example/new.jpg"),
    )
    assert articles.store(feed=feed, entry=changed, now=NOW) is Stored.UPDATED
    article = Article.objects.get()
    assert (article.title, article.body) == ("Ferry delayed", "<p>Not yet.</p>")
    assert (article.slug, article.good_news, article.kicker) == (slug, True, "Harbour")
    assert article.hero == ours
    assert article.published_at == NOW - timedelta(hours=2)


def test_a_correction_here_stays_while_the_source_says_the_same(feed):
    articles.store(feed=feed, entry=entry(), now=NOW)
    Article.objects.update(title="Ferry is back")
    assert articles.store(feed=feed, entry=entry(), now=NOW) is Stored.KNOWN
    assert Article.objects.get().title == "Ferry is back"


def test_a_page_that_moved_is_known_by_its_new_link_too(feed, make_feed):
    articles.store(feed=feed, entry=entry(), now=NOW)
    articles.store(feed=feed, entry=entry(link="https://gazette.example/moved"), now=NOW)
    wire = make_feed("https://wire.example/feed", name="Wire")
    again = entry(guid="w", link="https://gazette.example/moved")
    assert articles.store(feed=wire, entry=again, now=NOW) is Stored.KNOWN
    assert Article.objects.get().link == "https://gazette.example/moved"


def test_equal_titles_get_addresses_of_their_own(feed):
    for number in range(3):
        link = f"https://gazette.example/{number}"
        articles.store(feed=feed, entry=entry(guid=str(number), link=link), now=NOW)
    slugs = list(Article.objects.order_by("pk").values_list("slug", flat=True))
    assert slugs[0] == "ferry-returns"
    assert len(set(slugs)) == 3


def test_a_title_without_latin_letters_gets_an_address(feed):
    articles.store(feed=feed, entry=entry(title="渡し船"), now=NOW)
    assert Article.objects.get().slug.startswith("story-")


def test_a_date_in_the_future_is_today(feed):
    articles.store(feed=feed, entry=entry(published_at=NOW + timedelta(days=900)), now=NOW)
    assert Article.objects.get().published_at == NOW


def test_a_story_without_a_date_is_dated_when_it_was_first_seen(feed):
    articles.store(feed=feed, entry=entry(published_at=None), now=NOW)
    articles.store(feed=feed, entry=entry(published_at=None), now=NOW + timedelta(days=1))
    assert Article.objects.get().published_at == NOW


def test_authors_and_topics_are_made_once(feed):
    one = entry(authors=("Mara Quill",), topics=("Sea", "C", "C++"))
    two = entry(
        guid="8", link="https://gazette.example/8", authors=("MARA QUILL",), topics=("sea",)
    )
    articles.store(feed=feed, entry=one, now=NOW)
    articles.store(feed=feed, entry=two, now=NOW)
    first, second = Article.objects.order_by("pk")
    assert list(first.authors.all()) == list(second.authors.all())
    assert {topic.name for topic in first.topics.all()} == {"Sea", "C", "C++"}
    assert [topic.name for topic in second.topics.all()] == ["Sea"]


def test_the_same_picture_is_one_image(feed):
    picture = Picture(url="https://gazette.example/ferry.jpg")
    articles.store(feed=feed, entry=entry(picture=picture), now=NOW)
    other = entry(guid="8", link="https://gazette.example/8", picture=picture)
    articles.store(feed=feed, entry=other, now=NOW)
    assert Image.objects.get().state == Image.State.WAITING


@pytest.mark.django_db(transaction=True)
def test_imports_at_the_same_time_make_no_doubles(feed):
    entries = [
        entry(guid=str(n), link=f"https://gazette.example/{n}", topics=("Sea",), authors=("M",))
        for n in range(8)
    ]
    start = threading.Barrier(3)
    new: list[int] = []

    def run() -> None:
        try:
            start.wait()
            found = ReadFeed(total=8, entries=entries)
            new.append(importing.import_entries(feed=feed, found=found, now=NOW).new)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Article.objects.count() == 8
    assert len(new) == 3
    assert sum(new) == 8
