"""A link becomes an excerpt: looked at first, saved once, left alone by feeds."""

from datetime import UTC, datetime, timedelta
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from PIL import Image as Pillow

from newsletter.content import articles, by_hand, pasting
from newsletter.content.by_hand import StoryWords
from newsletter.content.entries import Entry
from newsletter.content.webpage.facts import PageError, Person
from newsletter.models import Article, Author, Feed, Image
from tests.factories import make_article

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
PAGES = Path(__file__).parent / "pages"
pytestmark = pytest.mark.django_db


def picture() -> bytes:
    out = BytesIO()
    Pillow.new("RGB", (1300, 650), "teal").save(out, "PNG")
    return out.getvalue()


@pytest.fixture
def story_page(site: Any) -> str:
    site.serve("/pictures/full/ferry.jpg", picture())
    site.serve("/2026/ferry-is-back", (PAGES / "data.html").read_bytes(), Content_Type="text/html")
    return f"{site.url}/2026/ferry-is-back"


def run(url: str) -> list[str]:
    out = StringIO()
    call_command("import_article", url, stdout=out)
    return out.getvalue().splitlines()


def test_a_look_saves_no_story_and_has_the_picture_ready(story_page: str) -> None:
    found = pasting.look(url=f"{story_page}?utm_source=chat", now=NOW)
    assert found.link == story_page
    assert found.page is not None
    assert found.page.facts.title == "The ferry is back & full"
    assert found.picture is not None
    assert found.picture.is_ready
    assert not Article.objects.exists()


def test_the_command_keeps_what_the_page_says(story_page: str) -> None:
    lines = run(story_page)
    article = Article.objects.get()
    assert lines[-1] == str(article.pk)
    assert "headline: The ferry is back & full (the page's data for search engines)" in lines
    assert "Its site says that not everybody can read all of it." in lines
    assert (article.kind, article.link) == (Article.Kind.EXCERPT, story_page)
    assert (article.slug, article.body) == ("the-ferry-is-back-full", "")
    assert article.dek == "After nine months the islands have their boat again."
    assert article.hero is not None
    assert article.hero.is_ready
    assert article.hero_alt == "A white ferry leaves a grey harbour"
    assert (article.credit, article.site) == ("Tomas Lindqvist", "The Harbour Post")
    assert sorted(author.name for author in article.authors.all()) == ["Bo Lund", "Ines Okafor"]
    assert Author.objects.get(name="Ines Okafor").biography == "Ines writes about boats."


def test_the_command_names_what_is_missing(site: Any) -> None:
    site.serve("/img/maid.jpg", b"no picture")
    lines = run(site.serve("/bare", (PAGES / "bare.html").read_bytes(), Content_Type="text/html"))
    assert "dek: missing" in lines
    assert "description of the picture: missing" in lines
    assert lines[-2] == "The picture: This is not a picture in JPEG, PNG, GIF, WebP or AVIF."
    article = Article.objects.get()
    assert article.hero is None
    assert article.dek.startswith("The first ferry left")


def test_twice_is_one_story_and_asks_the_page_once(site: Any, story_page: str) -> None:
    first = run(story_page)[-1]
    asked = len(site.seen)
    again = run(f"{story_page}/?fbclid=x")
    assert again == ["It is here already: The ferry is back & full", first]
    assert len(site.seen) == asked


def test_a_story_that_its_page_names_otherwise_is_known_too(site: Any, story_page: str) -> None:
    kept = run(story_page)[-1]
    site.serve("/amp/ferry", (PAGES / "data.html").read_bytes(), Content_Type="text/html")
    assert run(f"{site.url}/amp/ferry")[-1] == kept


@pytest.mark.parametrize(
    ("status", "said"),
    [(404, "has nothing at this address"), (402, "refused"), (403, "does not let us read this")],
)
def test_a_page_that_is_refused_is_a_sentence(site: Any, status: int, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run(site.serve("/x", b"<p>x", status))


def test_a_page_that_leads_inside_is_refused(site: Any) -> None:
    site.serve("/x", b"", 302, Location="http://10.0.0.1/admin")
    with pytest.raises(PageError, match=r"10\.0\.0\.1 was not fetched"):
        pasting.look(url=f"{site.url}/x", now=NOW)


def test_a_page_that_is_too_large_is_refused(site: Any) -> None:
    url = site.serve("/x", b"<p>" + b"x" * 5_000_000, Content_Type="text/html")
    with pytest.raises(PageError, match="more than 5 MB"):
        pasting.look(url=url, now=NOW)


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "ftp://a.example/", "https://", "a" * 3]
)
def test_what_is_no_address_is_refused_before_anything_is_fetched(url: str) -> None:
    with pytest.raises(PageError):
        pasting.look(url=url, now=NOW)


def test_a_page_without_a_headline_is_no_story_for_the_command(site: Any) -> None:
    with pytest.raises(CommandError, match="No headline"):
        run(site.serve("/x", b"<p>Words.</p>", Content_Type="text/html"))


def test_a_date_to_come_is_taken_for_today() -> None:
    facts = pasting.Facts(title="Ferry", published_at=NOW + timedelta(days=9))
    assert pasting.story_of(facts, now=NOW).published_at == NOW


def test_what_is_known_of_an_author_stays() -> None:
    Author.objects.create(name="Ines Okafor", slug="ines", biography="Ours.")
    people = (Person("ines okafor", "Theirs."),)
    by_hand.keep(link="https://a.example/x", story=words(people=people), picture=None)
    assert Author.objects.get().biography == "Ours."


def words(**values: Any) -> StoryWords:
    return StoryWords(**{"title": "Ferry", "published_at": NOW} | values)


def test_a_title_that_is_taken_gets_an_address_of_its_own() -> None:
    make_article(slug="ferry")
    slugs = {by_hand.write(story=words(), picture=None).slug for _ in range(4)}
    assert len(slugs) == 4
    assert all(slug.startswith("ferry-") for slug in slugs)


def test_a_story_of_our_own_is_made_safe() -> None:
    article = by_hand.write(
        story=words(body='<p onclick="x()">A</p><script>x</script>', topics=("Boats", "boats")),
        picture=None,
    )
    assert (article.kind, article.body) == (Article.Kind.OWN, "<p>A</p>")
    assert [topic.name for topic in article.topics.all()] == ["Boats"]


def test_a_feed_that_brings_a_pasted_story_later_leaves_its_words_alone() -> None:
    feed = Feed.objects.create(name="Post", url="https://a.example/feed", kind=Feed.Kind.EXCERPT)
    kept, _ = by_hand.keep(link="https://a.example/x", story=words(title="Ours"), picture=None)
    entry = Entry(title="Theirs", link="https://a.example/x?utm_source=feed", guid="7", body="x")
    assert articles.store(feed=feed, entry=entry, now=NOW) == articles.Stored.KNOWN
    kept.refresh_from_db()
    assert (kept.title, Article.objects.count()) == ("Ours", 1)


def test_a_picture_whose_server_is_away_is_asked_for_again(site: Any) -> None:
    image = pasting.fetched(site.serve("/a.png", status=503), now=NOW)
    assert image is not None
    assert image.state == Image.State.WAITING
    assert image.next_try_at is not None
