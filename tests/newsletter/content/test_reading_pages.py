"""What a story's page says, found where pages say it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from newsletter.content.fetching import Fetched
from newsletter.content.webpage.facts import Facts, Origin, Page, Person
from newsletter.content.webpage.reading import read

PAGES = Path(__file__).parent / "pages"
URL = "https://www.harbour.example/2026/ferry?utm_source=x"


def page(html: str | bytes, *, url: str = URL, kind: str = "text/html") -> Page:
    body = html.encode() if isinstance(html, str) else html
    return read(Fetched(url=url, status=200, body=body, headers={"content-type": kind}))


def saved(name: str) -> Page:
    return page((PAGES / name).read_bytes())


def test_it_believes_the_data_for_search_engines_first() -> None:
    found = saved("data.html")
    facts = found.facts
    assert facts.title == "The ferry is back & full"
    assert facts.dek == "After nine months the islands have their boat again."
    assert facts.people == (
        Person("Ines Okafor", "Ines writes about boats."),
        Person("Bo Lund"),
    )
    assert facts.published_at == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    assert (facts.language, facts.site) == ("en-GB", "The Harbour Post")
    assert facts.is_paid
    assert {found.origins[name] for name in ("title", "dek", "people", "site")} == {Origin.DATA}


def test_the_widest_picture_comes_with_its_own_words() -> None:
    facts = saved("data.html").facts
    assert facts.picture == "https://www.harbour.example/pictures/full/ferry.jpg"
    assert (facts.caption, facts.credit) == ("The Alder Maid on Tuesday", "Tomas Lindqvist")


def test_a_description_in_the_tags_counts_for_another_cut_of_the_picture() -> None:
    found = saved("data.html")
    assert found.facts.alt == "A white ferry leaves a grey harbour"
    assert found.origins["alt"] == Origin.TAGS


def test_the_opening_is_made_of_whole_sentences_of_the_text() -> None:
    found = saved("data.html")
    opening = found.facts.opening
    assert opening.startswith("The first ferry left Port Alder at six")
    assert opening.endswith("the harbour has seen.")
    assert len(opening.split()) <= 60
    assert found.origins["opening"] == Origin.TEXT


def test_a_page_without_such_data_is_read_by_its_tags() -> None:
    found = saved("tags.html")
    facts = found.facts
    assert facts.title == "The ferry is back"
    assert facts.dek == "Nine months without a boat are over."
    assert [person.name for person in facts.people] == ["Ines Okafor", "Bo Lund"]
    assert facts.published_at == datetime(2026, 11, 24, 6, 30, tzinfo=UTC)
    assert (facts.language, facts.site) == ("sv", "Harbour Blog")
    assert found.origins["language"] == Origin.PAGE


def test_the_caption_is_that_of_the_same_picture_and_not_of_the_first() -> None:
    facts = saved("tags.html").facts
    assert facts.picture == "https://cdn.example/w1200/maid.jpg"
    assert (facts.alt, facts.caption) == ("The Maid at sea", "The Maid on Tuesday.")
    assert facts.credit == "Tomas Lindqvist"


def test_a_bare_page_is_read_as_its_readers_do() -> None:
    found = saved("bare.html")
    facts = found.facts
    assert facts.title == "The ferry is back"
    assert facts.picture == "https://www.harbour.example/2026/img/maid.jpg"
    assert (facts.caption, facts.credit) == ("The Maid on Tuesday", "Bo Lund")
    assert facts.people == (Person("Ines Okafor"),)
    assert facts.published_at == datetime(2026, 11, 24, tzinfo=UTC)


def test_it_says_what_is_missing() -> None:
    found = saved("bare.html")
    assert not {"dek", "alt", "language", "site"} & set(found.origins)
    assert (found.facts.dek, found.facts.alt) == ("", "")


@pytest.mark.parametrize(
    ("named", "link"),
    [
        ("/2026/ferry-is-back", "https://www.harbour.example/2026/ferry-is-back"),
        ("https://harbour.example/ferry?utm_medium=y", "https://harbour.example/ferry"),
        # Another site, the front page, and no page at all.
        ("https://elsewhere.example/ferry", "https://www.harbour.example/2026/ferry"),
        ("https://www.harbour.example/", "https://www.harbour.example/2026/ferry"),
        ("javascript:alert(1)", "https://www.harbour.example/2026/ferry"),
        ("http://[", "https://www.harbour.example/2026/ferry"),
    ],
)
def test_the_link_is_the_one_that_the_page_names_if_it_is_of_its_site(named, link) -> None:
    found = page(f'<title>Ferry</title><link rel="canonical" href="{named}"><p>x')
    assert found.link == link


def test_a_page_in_a_cache_is_that_of_its_own_site() -> None:
    html = '<title>Ferry</title><link rel="canonical" href="https://harbour.example/ferry"><p>x'
    for url in (
        "https://harbour-example.cdn.ampproject.org/c/s/harbour.example/amp/ferry",
        "https://amp.harbour.example/ferry",
    ):
        assert page(html, url=url).link == "https://harbour.example/ferry"


def test_the_story_of_this_page_is_taken_and_not_one_that_it_lists() -> None:
    story = '{"@type": "NewsArticle", "headline": "%s", "url": "%s"}'
    other = story % ("Another", "https://www.harbour.example/2026/other")
    mine = story % ("Ferry", "https://harbour.example/2026/ferry/")
    html = f'<script type="application/ld+json">[{other}, {mine}]</script><p>x'
    assert page(html).facts.title == "Ferry"


def test_an_author_without_more_than_a_name_is_read_too() -> None:
    html = """<script type='application/ld+json'>{"@type": "BlogPosting", "headline": "Ferry",
    "author": "Ines Okafor", "image": "//cdn.example/a.jpg"}</script><p>x"""
    facts = page(html).facts
    assert facts.people == (Person("Ines Okafor"),)
    assert facts.picture == "https://cdn.example/a.jpg"


def test_facts_that_are_nowhere_are_empty() -> None:
    assert page("<p>x</p>").facts == Facts(opening="x")
