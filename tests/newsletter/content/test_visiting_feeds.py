"""A visit to a feed: what is stored, what is said, and when the next visit is due."""

from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from newsletter.content import feeds, importing
from newsletter.content.sanitizing import is_storable
from newsletter.models import Article, Feed, Image

NOW = datetime(2026, 11, 24, 6, 0, tzinfo=UTC)


def visit(feed: Feed, now: datetime = NOW):
    outcome = importing.fetch_feed(feed_id=feed.pk, now=now)
    feed.refresh_from_db()
    return outcome


def test_it_stores_the_stories_of_a_feed(site, make_feed):
    feed = make_feed(site.serve_feed("plain.xml"), kind="own", good_news=True)
    outcome = visit(feed)
    assert outcome.message == feed.outcome == "3 entries, 3 new."
    ferry = Article.objects.get(slug="ferry-tide-the-crossing-is-back")
    assert ferry.link == "https://gazette.example/ferry/?id=7"
    assert ferry.dek == "The ferry sails again on Monday, an hour later than before."
    assert "<img" not in ferry.body
    assert "The ferry on Friday" not in ferry.body
    assert ferry.good_news
    assert ferry.feed == feed
    assert ferry.caption == "The ferry on Friday."
    assert ferry.hero.state == Image.State.WAITING
    assert feed.fetched_at == NOW
    assert feed.next_fetch_at == NOW + timedelta(minutes=30)


def test_it_says_what_is_new_at_the_next_visit(site, make_feed):
    feed = make_feed(site.serve_feed("plain.xml"))
    visit(feed)
    assert visit(feed).message == "3 entries, 0 new."


def test_it_keeps_sixty_words_of_a_source_that_gives_excerpts(site, make_feed):
    words = " ".join(f"word{n}" for n in range(200))
    body = (
        '<rss version="2.0"><channel><item><title>Long</title><link>https://s.example/1</link>'
        f"<description>&lt;p&gt;{words}&lt;/p&gt;</description></item></channel></rss>"
    )
    visit(make_feed(site.serve("/feed", body.encode())))
    article = Article.objects.get()
    assert article.is_excerpt
    assert article.dek.split() == [*words.split()[:59], "word59…"]
    assert article.body == ""


def test_it_asks_only_for_what_changed(site, make_feed):
    feed = make_feed(site.serve_feed("plain.xml", ETag='"v1"', Last_Modified="Mon, 23 Nov 2026"))
    visit(feed)
    site.serve("/plain.xml", status=304)
    outcome = visit(feed)
    sent = site.seen[-1][1]
    assert sent["if-none-match"] == '"v1"'
    assert sent["if-modified-since"] == "Mon, 23 Nov 2026"
    assert outcome.ok
    assert feed.outcome == "Nothing has changed since the last visit."
    assert feed.etag == '"v1"'
    assert feed.failures == 0


def test_it_imports_what_it_can_of_a_malformed_feed_and_says_so(site, make_feed):
    feed = make_feed(site.serve_feed("broken.xml", ETag='"v1"'))
    outcome = visit(feed)
    assert outcome.new == 2
    assert feed.outcome.startswith(f"{outcome.entries} entries, 2 new. {outcome.skipped} left out")
    assert "entry 3 has no title" in feed.outcome
    assert feed.outcome.endswith("The feed has a mistake in line 5; what could be read was taken.")
    assert feed.etag == ""


def test_it_stores_doubled_entries_once(site, make_feed):
    outcome = visit(make_feed(site.serve_feed("doubled.xml")))
    assert outcome.message == "5 entries, 3 new, 2 doubled."
    assert Article.objects.count() == 3


def test_it_reads_json_feed(site, make_feed):
    outcome = visit(make_feed(site.serve_feed("feed.json"), kind="own"))
    assert outcome.message == (
        "4 entries, 2 new. 2 left out, the first of them: entry 3 has no title."
    )


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/web-page", "This is a web page, not a feed."),
        ("/gone", "127.0.0.1 says that this is gone for good (410)."),
        ("/big", "127.0.0.1 sent more than 5 MB."),
        ("/inside", "10.0.0.7 was not fetched: it is not on the public internet."),
    ],
)
def test_it_writes_down_why_a_visit_failed(site, make_feed, path, said):
    site.serve("/web-page", b"<!doctype html><html></html>")
    site.serve("/gone", status=410)
    site.serve("/big", b"x" * 5_000_001)
    site.serve("/inside", status=302, Location="http://10.0.0.7/")
    feed = make_feed(site.url + path)
    outcome = visit(feed)
    assert not outcome.ok
    assert feed.outcome == outcome.message == said


def test_it_waits_twice_as_long_after_each_failure_but_at_most_a_day(site, make_feed):
    feed = make_feed(site.serve("/feed", status=500))
    waits = []
    for _ in range(8):
        visit(feed)
        waits.append(feed.next_fetch_at - NOW)
    assert waits[:3] == [timedelta(hours=1), timedelta(hours=2), timedelta(hours=4)]
    assert waits[-1] == timedelta(days=1)
    assert feed.failures == 8


def test_a_visit_that_works_ends_the_waiting(site, make_feed):
    feed = make_feed(site.serve_feed("plain.xml"), failures=5)
    visit(feed)
    assert feed.failures == 0
    assert feed.next_fetch_at == NOW + timedelta(minutes=30)


def test_a_feed_that_brings_its_worker_down_is_put_off(site, make_feed, monkeypatch):
    def die(*args, **kwargs):
        raise SystemExit

    monkeypatch.setattr(importing.feeds, "read", die)
    feed = make_feed(site.serve_feed("plain.xml"))
    with pytest.raises(SystemExit):
        visit(feed)
    assert feeds.due_feeds(now=NOW) == []


def test_it_knows_which_feeds_are_due(make_feed):
    never = make_feed("https://a.example/", name="never fetched")
    due = make_feed("https://b.example/", next_fetch_at=NOW)
    make_feed("https://c.example/", next_fetch_at=NOW + timedelta(seconds=1))
    make_feed("https://d.example/", is_active=False)
    assert set(feeds.due_feeds(now=NOW)) == {never.pk, due.pk}


@pytest.mark.django_db
def test_a_source_that_is_gone_is_no_error():
    assert importing.fetch_feed(feed_id=0, now=NOW).message == "There is no such source."


def test_the_command_says_how_each_source_went(site, make_feed):
    make_feed(site.serve_feed("plain.xml"))
    make_feed(site.serve_feed("feed.json"), name="Lighthouse")
    make_feed("https://asleep.example/", name="Asleep", is_active=False)
    out = StringIO()
    call_command("fetch_feeds", stdout=out)
    assert out.getvalue().splitlines() == [
        "Lighthouse: 4 entries, 2 new. 2 left out, the first of them: entry 3 has no title.",
        "  Entry 4 is not in the form of an entry.",
        "The Harbour Gazette: 3 entries, 3 new.",
    ]


def test_the_command_fails_when_a_source_does(site, make_feed):
    feed = make_feed(site.serve("/feed", status=404))
    with pytest.raises(CommandError, match="1 of 1 could not be read"):
        call_command("fetch_feeds", feed=feed.pk, stdout=StringIO())


@pytest.mark.django_db
def test_the_command_knows_no_other_sources():
    with pytest.raises(CommandError, match="no source with the id 99"):
        call_command("fetch_feeds", feed=99)


@pytest.mark.parametrize("mark", [r"\u0000", r"\ud800"])
def test_what_no_database_takes_is_left_out_of_a_story(site, make_feed, mark):
    words = f"fer{mark}ry"
    item = (
        f'{{"id": "{words}", "url": "https://s.example/1", "title": "{words}",'
        f' "content_html": "<p>{words}</p>", "summary": "Of {words}", "tags": ["{words}"],'
        f' "image": "https://s.example/{words}.jpg", "authors": [{{"name": "{words}"}}]}}'
    )
    bad = f'{{"url": "https://s.example/{words}", "title": "x"}}'
    body = f'{{"version": "https://jsonfeed.org/version/1", "items": [{item}, {bad}]}}'.encode()
    outcome = visit(make_feed(site.serve("/feed", body), kind="own"))
    assert outcome.message == "2 entries, 1 new. 1 left out: entry 2 has no link."
    article = Article.objects.get()
    said = (article.title, article.dek, article.body, article.authors.get().name)
    assert all(map(is_storable, (*said, article.topics.get().name)))
    assert article.hero is None


@pytest.mark.django_db
def test_the_command_says_where_sources_are_added():
    with pytest.raises(CommandError, match="Add one at the desk"):
        call_command("fetch_feeds")
