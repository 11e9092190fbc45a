"""Whatever editors and feeds write, the mail stays whole and nobody's link leaks."""

import pytest

from newsletter.rendering.links import page_of
from newsletter.rendering.placeholders import KNOWN, placeholders
from tests.factories import make_article, make_digest, make_image, make_newsletter, make_section
from tests.newsletter.rendering.samples import Outline, filled_html, one_story, render

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script>",
        "</h3></td></tr></table><mj-text>out</mj-text>",
        "{{ page.title }} {% if x %}",
        'Tom & Jerry\'s "best" <i>of</i> &amp; &lt;',
        "Fire 🔥 and 👩‍🚒 crews",
        "عاصفة تغلق الميناء",
        "x" * 300,
        "word " * 50,
        "bell \x07 tab \t newline \n end",
        "<!-- open",
        "a ]]> b <![CDATA[ c",
        'say "hi',
    ],
)
def test_it_shows_words_as_they_were_written(words):
    digest = make_digest(subject=words[:150], preheader=words[:150], intro=words)
    make_section(
        digest,
        "lead",
        {
            "article": make_article(title=words, hero=make_image(), hero_alt=words),
            "kicker": words[:20],
            "blurb": words,
        },
    )
    make_section(digest, "brief", {"headline": words, "blurb": words})

    page = Outline(filled_html(digest))

    shown = " ".join(words.replace("\x07", "").split())
    assert shown in page.text
    assert page.all("script") == []


def test_it_makes_nothing_of_a_placeholder_that_an_editor_typed():
    digest = one_story(headline="@@unsubscribe_url@@", blurb="@@email@@")
    digest.subject = "@@greeting_html@@"
    digest.newsletter.name = "@@x@@"

    rendered = render(digest)

    assert placeholders(rendered.subject) == set()
    assert placeholders(rendered.html) <= KNOWN
    assert rendered.html.count("@@unsubscribe_url@@") == 1
    assert placeholders("".join(rendered.headers.values())) == {"unsubscribe_url", "message_id"}


def test_a_link_with_two_at_signs_still_leads_there():
    assert "https://plone.example/%40@view" in filled_html(
        one_story(link="https://plone.example/@@view")
    )


@pytest.mark.parametrize("tail", ["@@@preferences_url", "@@@@preferences_url", "@@@nonsense"])
def test_a_link_of_a_source_carries_no_readers_link_away(tail):
    """The line right before the offer of another newsletter: `@@promo_text@@` follows it."""
    story = make_article(kind="excerpt", link=f"https://evil.example/?u={tail}")
    digest = make_digest(make_newsletter(tracks_clicks=False))
    make_section(digest, "good_thing", {"article": story})

    rendered = render(digest)

    assert rendered.text.count("@@preferences_url@@") == 1
    assert placeholders(rendered.text) <= KNOWN


@pytest.mark.parametrize("link", ["javascript:alert(1)", "data:text/html,x", "//x", "http://[x"])
def test_it_links_to_web_pages_only(link):
    article = make_article(kind="excerpt", link=link)
    digest = one_story(article=article)
    html = filled_html(digest)

    assert link not in html
    assert article.get_absolute_url() in html
    assert [one["url"] for one in render(digest).links] == [page_of(article)]


def test_a_story_written_right_to_left_is_set_so():
    html = filled_html(one_story(headline="عاصفة تغلق الميناء"))

    assert '<div dir="rtl" style="text-align:right">' in html


def test_a_newsletter_written_right_to_left_is_set_so():
    digest = make_digest(make_newsletter(language="ar"))
    make_section(digest, "lead", {"headline": "عاصفة", "link": "https://x.example/"})

    page = Outline(filled_html(digest))

    assert page.all("html")[0]["dir"] == "rtl"
    assert page.all("html")[0]["lang"] == "ar"


def test_thirty_stories_fit_under_the_size_at_which_gmail_cuts():
    digest = make_digest()
    make_section(digest, "more", *({"article": make_article()} for _ in range(30)))

    html = filled_html(digest)

    Outline(html)
    assert len(html.encode()) < 102_000


def test_a_tall_picture_does_not_fill_the_screen():
    image = make_image(large_width=1200, large_height=4000)
    page = Outline(filled_html(one_story(article=make_article(hero=image, hero_alt="A mast"))))

    assert page.all("img")[0]["height"] == "700"
    assert page.all("img")[0]["width"] == "210"


def test_a_small_picture_is_not_blown_up():
    image = make_image(large_width=320, large_height=180)
    page = Outline(filled_html(one_story(article=make_article(hero=image, hero_alt="A mast"))))

    assert page.all("img")[0]["width"] == "320"


@pytest.mark.parametrize("state", ["waiting", "failed"])
def test_a_picture_that_is_not_ours_yet_is_not_shown(state):
    article = make_article(hero=make_image(state=state))

    assert Outline(filled_html(one_story(article=article))).all("img") == []
