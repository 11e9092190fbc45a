"""What a story is made of, read from RSS, Atom and JSON Feed."""

from datetime import UTC, datetime

import pytest

from newsletter.content import feeds, words
from newsletter.content.entries import FeedError
from newsletter.content.fetching import Fetched
from tests.newsletter.content.conftest import FEEDS

URL = "https://site.example/feeds/feed"


def read(body: bytes | str, content_type: str = ""):
    if isinstance(body, str):
        body = (FEEDS / body).read_bytes()
    headers = {"content-type": content_type} if content_type else {}
    return feeds.read(Fetched(url=URL, status=200, body=body, headers=headers))


def test_it_reads_all_that_an_rss_entry_says():
    ferry = read("plain.xml").entries[0]
    assert ferry.title == "Ferry & tide: the crossing is back"
    assert ferry.link == "https://gazette.example/ferry/?utm_source=feed&id=7#comments"
    assert ferry.summary == "The ferry sails again on Monday, an hour later than before."
    assert "<b>three</b>" in ferry.body
    assert ferry.authors == ("Mara Quill",)
    assert ferry.topics == ("Transport",)
    assert ferry.language == "en-GB"
    assert ferry.published_at == datetime(2026, 11, 23, 17, 30, tzinfo=UTC)


def test_it_takes_the_first_picture_of_the_body_with_its_caption():
    picture = read("plain.xml").entries[0].picture
    assert picture.url == "https://site.example/pictures/ferry.jpg"
    assert picture.alt == "A ferry at the quay"
    assert picture.caption == "The ferry on Friday."


def test_it_leaves_a_date_open_that_it_cannot_read():
    assert read("plain.xml").entries[1].published_at is None


def test_it_takes_a_lone_description_for_the_body():
    entry = read("plain.xml").entries[1]
    assert (entry.summary, entry.body) == ("", "Apples for everybody.")


def test_it_does_not_take_a_caption_for_the_story():
    entry = read("captioned.xml").entries[0]
    assert entry.title == "The harbour is full"
    assert entry.body == "<p>Forty boats came in.</p>"
    assert entry.summary == ""


def test_it_takes_the_widest_picture_and_the_first_caption_and_credit():
    picture = read("captioned.xml").entries[0].picture
    assert picture.url == "https://pictures.example/wide.jpg"
    assert picture.caption == "The harbour, seen from the tower."
    assert picture.alt == "View from the tower"
    assert picture.credit == "Mara Quill"


def test_it_takes_the_caption_for_the_body_when_there_is_nothing_else():
    entry = read("captioned.xml").entries[1]
    assert entry.body == "<p>A boat that says it all.</p>"
    assert entry.picture.url == "https://pictures.example/thumb.jpg"
    assert entry.picture.caption == ""


def test_it_takes_an_enclosed_picture():
    assert read("captioned.xml").entries[2].picture.url == "https://pictures.example/enclosed.png"


def test_it_reads_atom_with_white_space_before_its_declaration():
    found = read("atom.xml")
    entry = found.entries[0]
    assert found.damage == ""
    assert entry.title == "Die Möwe kehrt zurück"
    assert entry.body == "<p>Sie ist da.</p>"
    assert entry.published_at == datetime(2026, 11, 19, 4, 0, tzinfo=UTC)
    assert entry.language == "de"
    assert entry.topics == ("Vögel",)


def test_it_publishes_no_mail_address_as_an_author():
    assert read("atom.xml").entries[0].authors == ("Jo Feder",)


@pytest.mark.parametrize("content_type", ["", "text/xml", "text/xml; charset=iso-8859-1"])
def test_it_reads_utf8_whatever_the_server_says(content_type):
    assert read("atom.xml", content_type).entries[0].title == "Die Möwe kehrt zurück"


def test_it_reads_other_encodings():
    text = (FEEDS / "atom.xml").read_text(encoding="utf-8").strip()
    latin = text.replace('"utf-8"', '"iso-8859-1"').encode("iso-8859-1")
    assert read(latin).entries[0].title == "Die Möwe kehrt zurück"
    assert read(text.encode("utf-16")).entries[0].title == "Die Möwe kehrt zurück"


def test_it_reads_json_feed():
    lamp, fog = read("feed.json").entries
    assert lamp.title == "Lamp relit"
    assert lamp.link == "https://site.example/log/1"
    assert lamp.summary == "<p>A new lamp after forty years.</p>"
    assert lamp.authors == ("Ada Beam",)
    assert lamp.topics == ("Lamps",)
    assert lamp.picture.url == "https://site.example/lamp.png"
    assert lamp.published_at == datetime(2026, 11, 22, 15, 0, tzinfo=UTC)
    assert fog.link == "https://elsewhere.example/fog"
    assert fog.body == "<p>First line.</p><p>Second &lt;line&gt;.</p>"
    assert fog.authors == ("Guest",)
    assert fog.published_at is None


def test_it_says_which_json_entries_are_no_stories():
    assert read("feed.json").problems == [
        "Entry 3 has no title.",
        "Entry 4 is not in the form of an entry.",
    ]


def test_it_reads_what_it_can_of_a_malformed_feed_and_says_so():
    found = read("broken.xml")
    assert [entry.title for entry in found.entries] == ["One & only", "Second"]
    assert found.damage == "The feed has a mistake in line 5; what could be read was taken."
    assert "Entry 3 has no title." in found.problems
    assert "Entry 4 has no link." in found.problems
    assert found.total == len(found.entries) + len(found.problems)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "The answer is empty."),
        (b"<!DOCTYPE html><html><body>Hello</body></html>", "This is a web page, not a feed."),
        (b"just some words", "This is no feed in RSS, Atom or JSON Feed."),
        (b"\x89PNG\r\n\x1a\n\0\0\0", "This is no feed in RSS, Atom or JSON Feed."),
        (b'{"version": "https://jsonfeed.org', "mistakes that make it unreadable"),
        (b'{"hello": "world"}', "It is JSON, but not a JSON Feed."),
        (b"[" * 100_000, "mistakes that make it unreadable"),
    ],
)
def test_it_says_what_came_instead_of_a_feed(body, said):
    with pytest.raises(FeedError, match=said.replace(".", r"\.")):
        read(body)


def test_it_expands_no_entities_of_a_feed_and_opens_no_files():
    bomb = b"""<?xml version="1.0"?><!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">
    <!ENTITY f SYSTEM "file:///etc/passwd">]>
    <rss version="2.0"><channel><item><title>x&b;&f;y</title>
    <link>https://site.example/1</link></item></channel></rss>"""
    titles = [entry.title for entry in read(bomb).entries]
    assert all("root:" not in title and "aaa" not in title for title in titles)


def test_it_takes_at_most_two_hundred_entries():
    items = "".join(
        f"<item><title>{n}</title><link>https://site.example/{n}</link></item>" for n in range(201)
    )
    found = read(f'<rss version="2.0"><channel>{items}</channel></rss>'.encode())
    assert len(found.entries) == 200
    assert found.problems == ["Only the first 200 entries were taken."]


def test_it_does_not_go_through_an_archive_whose_newest_entries_it_takes(monkeypatch):
    looked_at = []
    monkeypatch.setattr(words, "missing", lambda **entry: looked_at.append(entry) or "")
    read(f'<rss version="2.0"><channel>{"<item/>" * 1000}</channel></rss>'.encode())
    read(b'{"version": "https://jsonfeed.org/version/1", "items": [%s{}]}' % (b"{}," * 999))
    assert len(looked_at) == 2 * 201


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_it_refuses_more_tags_than_any_feed_has(encoding):
    with pytest.raises(FeedError, match="more than 200,000 tags"):
        read(f"<rss><channel>{'<a>' * 200_000}".encode(encoding))


def test_it_survives_a_reader_that_fails(monkeypatch):
    def fail(*args, **kwargs):
        raise AssertionError("a fault of the library")

    monkeypatch.setattr(feeds.xml_feed.feedparser, "parse", fail)
    with pytest.raises(FeedError, match="nothing could be read"):
        read("plain.xml")


@pytest.mark.parametrize("year", ["0001", "9999", "1901"])
def test_a_year_that_cannot_be_leaves_the_date_open(year: str):
    at = f"{year}-12-31T23:59:59Z"
    item = f'{{"url": "https://s.example/1", "title": "x", "date_published": "{at}"}}'
    body = f'{{"version": "https://jsonfeed.org/version/1", "items": [{item}]}}'
    atom = (
        '<feed xmlns="http://www.w3.org/2005/Atom"><entry><title>x</title>'
        f'<link href="https://s.example/1"/><updated>{at}</updated></entry></feed>'
    )
    for feed in (body, atom):
        assert read(feed.encode()).entries[0].published_at is None
