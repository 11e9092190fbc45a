"""Pages that are broken or mean harm: a sentence, or what could be read; never more."""

from urllib.parse import urlencode

import pytest

from newsletter.content import identity, images, pasting, pictures, sanitizing
from newsletter.content.webpage import document, reading
from newsletter.content.webpage.facts import PageError
from tests.newsletter.content.test_reading_pages import page


def data(text: str) -> str:
    return f'<title>Ferry</title><script type="application/ld+json">{text}</script><p>x</p>'


@pytest.mark.parametrize(
    "text",
    [
        "{not json",
        "null",
        "[" * 100_000,
        '{"@type": "NewsArticle", "headline": ["",',
        '{"@type": {"a": 1}, "headline": "x"}',
        '{"@type": "NewsArticle", "headline": {"a": {}}, "author": [[1]], "image": [[], {}, 7]}',
        '{"@type": "NewsArticle", "headline": "", "author": null, "datePublished": 7}',
    ],
)
def test_data_that_makes_no_sense_leaves_the_rest_to_be_read(text: str) -> None:
    assert page(data(text)).facts.title == "Ferry"


def test_data_with_what_strict_readers_refuse_is_read() -> None:
    text = '<!-- {"@type": "Article", "headline": "The\n\tferry"}; -->'
    assert page(data(text)).facts.title == "The ferry"


def test_references_that_go_round_end() -> None:
    text = """{"@graph": [{"@id": "#a", "@type": "Article", "headline": "Ferry",
    "author": {"@id": "#a"}, "image": {"@id": "#a"}}]}"""
    assert page(data(text)).facts.title == "Ferry"


def test_scripts_in_words_are_gone() -> None:
    html = """<meta property="og:title" content="Ferry &lt;script&gt;alert(1)&lt;/script&gt; back">
    <meta property="og:description" content="&lt;img src=x onerror=alert(1)&gt;Sails"><p>x"""
    facts = page(html).facts
    assert (facts.title, facts.dek) == ("Ferry back", "Sails")


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", "data:image/png;base64,AA", "file:///etc/passwd", "http://["]
)
def test_a_picture_is_only_taken_from_the_web(address: str) -> None:
    assert page(f'<meta property="og:image" content="{address}"><p>x').facts.picture == ""


def test_marks_that_turn_the_reading_direction_are_gone() -> None:
    assert page("<h1>Ferry \u202egnp.exe</h1><p>x").facts.title == "Ferry gnp.exe"


@pytest.mark.parametrize(
    ("body", "kind", "said"),
    [
        (b"%PDF-1.7 <", "text/html", "This is a PDF, not a web page."),
        (b"x", "application/pdf; charset=x", "This is a PDF, not a web page."),
        (b"\x89PNG", "image/png", "This is no web page (image/png)."),
        (b'{"a": 1}', "text/html", "This is no web page."),
        (b"  ", "text/html", "The page is empty."),
        (b"<!-- nothing -->", "text/html", "The page is empty."),
    ],
)
def test_what_is_no_web_page_is_refused_in_a_sentence(body: bytes, kind: str, said: str) -> None:
    with pytest.raises(PageError) as refusal:
        page(body, kind=kind)
    assert refusal.value.message == said


@pytest.mark.parametrize(
    ("encoded", "kind"),
    [
        ("utf-8", "text/html; charset=iso-8859-1"),
        ("utf-8-sig", "text/html"),
        ("iso-8859-1", "text/html; charset=iso-8859-1"),
        ("cp1252", "text/html"),
        ("cp1252", "text/html; charset=no-such-set"),
        ("utf-16", "text/html"),
    ],
)
def test_letters_are_read_right_whatever_the_server_says(encoded: str, kind: str) -> None:
    html = "<title>Fähre zurück</title><p>Die Fähre</p>".encode(encoded)
    assert page(html, kind=kind).facts.title == "Fähre zurück"


def test_a_charset_that_only_the_page_names_is_used() -> None:
    html = '<meta charset="koi8-r"><title>Паром</title><p>Паром</p>'.encode("koi8-r")
    assert page(html, kind="text/html").facts.title == "Паром"


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * 200_000,
        "<article>" + "<div>x</div>" * 80_000,
        "<a " + " ".join(f"a{number}=1" for number in range(100_000)) + ">x",
        "<a " * 300_000 + "x",
        "<b>" * 300_000,
        "<p><table><tr><td>" * 50_000,
        "<h1>" * 500_000 + "x",
        "<figure><img src=a.png><figcaption>" + "<i class=credit>" * 5_000 + "(" * 500_000,
    ],
)
def test_a_page_made_to_keep_us_busy_does_not(html: str) -> None:
    """Without bounds some of these take minutes."""
    assert page(f"<title>Ferry</title>{html}").facts.title == "Ferry"


def test_only_so_much_of_a_page_is_kept() -> None:
    read = document.parse(
        reading.Fetched(url="https://a.example/", status=200, body=b"<p>x" * 50_000)
    )
    assert sum(1 for _ in read.root.iter()) == document.MAX_ELEMENTS


def test_only_so_deep_a_page_is_kept() -> None:
    body = b"<i>" * 5_000 + b"x"
    read = document.parse(reading.Fetched(url="https://a.example/", status=200, body=body))
    deepest = max(sum(1 for _ in one.iterancestors()) for one in read.root.iter())
    assert deepest < document.MAX_DEPTH


def test_a_library_that_breaks_ends_in_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("deep inside")

    monkeypatch.setattr(reading.text, "facts_of", broken)
    with pytest.raises(PageError, match="so badly made"):
        page("<p>x")


UNSTORABLE = ["\\u0000", "\\u001b", "\\ud800", "\\u0085"]


@pytest.mark.parametrize("mark", UNSTORABLE)
def test_what_no_database_takes_is_in_no_fact(mark: str) -> None:
    words = f"fer{mark}ry"
    text = f"""{{"@type": "Article", "headline": "{words}", "description": "{words}",
    "image": [{{"url": "https://e.example/a.jpg", "caption": "{words}", "creditText": "{words}"}},
    {{"url": "https://e.example/{words}.jpg", "width": 9999}}],
    "author": {{"name": "{words}", "description": "{words}"}}, "publisher": "{words}",
    "inLanguage": "{mark}"}}"""
    facts = page(data(text)).facts
    assert facts.picture == "https://e.example/a.jpg"
    person = facts.people[0]
    said = (facts.title, facts.dek, facts.site, facts.caption, facts.credit, facts.language)
    assert all(map(sanitizing.is_storable, (*said, person.name, person.biography)))


@pytest.mark.parametrize("mark", ["\0", "\x1b", "\ud800", "\x85"])
def test_an_address_that_no_database_takes_is_none(mark: str) -> None:
    hostile = f"https://e.example/a{mark}b.jpg"
    assert pictures.joined("https://e.example/", hostile) == ""
    assert images.wanted(source_url=hostile) is None
    with pytest.raises(ValueError, match="example"):
        identity.without_tracking(hostile)


def test_an_address_wrapped_in_a_search_engines_is_held_to_the_same() -> None:
    link = "https://e.example/a\0b"
    for _ in range(3):
        link = f"https://www.google.com/url?{urlencode({'url': link})}"
    with pytest.raises(PageError):
        pasting.address(link)
    for _ in range(identity.MAX_WRAPPERS):
        link = f"https://www.google.com/url?{urlencode({'url': link})}"
    with pytest.raises(PageError):
        pasting.address(link)


def test_a_line_break_in_an_address_is_left_out_as_browsers_do() -> None:
    found = pictures.joined("http://e.example/", " https://e.example/a\n\tb.jpg\n")
    assert found == "https://e.example/ab.jpg"


@pytest.mark.parametrize(
    "said", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59-12:00", "1969-12-31"]
)
def test_a_day_that_cannot_be_is_no_day(said: str) -> None:
    text = f'{{"@type": "Article", "headline": "x", "datePublished": "{said}"}}'
    assert page(data(text)).facts.published_at is None
    assert page(f'<time datetime="{said}">then</time>').facts.published_at is None
