"""The page of an article: our own in full, a source's as an excerpt."""

from pathlib import Path
from typing import Any

import pytest

from newsletter.models import Article, Author, Feed, Topic
from tests.factories import make_article, make_image, make_newsletter

pytestmark = pytest.mark.django_db

HOSTILE = (
    "<p>One <script>alert(1)</script></p><p onclick=alert(2)>Two</p>"
    '<p><img src=x onerror=alert(3)>Three</p><p><a href="javascript:alert(4)">Four</a></p>'
    "<iframe src=https://evil.example></iframe><style>body{display:none}</style>"
)


def page(client: Any, article: Article) -> str:
    response = client.get(article.get_absolute_url())
    assert response.status_code == 200
    return str(response.content.decode())


def paragraphs(count: int) -> str:
    return "".join(f"<p>Paragraph {number}.</p>" for number in range(1, count + 1))


def order(html: str, *texts: str) -> list[str]:
    """`texts` in the order in which they stand in `html`."""
    missing = [text for text in texts if text not in html]
    assert not missing
    return sorted(texts, key=html.index)


BANNER = 'class="banner"'
BOX = "sign-up-box"


@pytest.mark.parametrize("count", [4, 5, 8])
def test_banner_follows_the_second_and_box_the_third_paragraph(client: Any, count: int) -> None:
    make_newsletter()
    html = page(client, make_article(body=paragraphs(count)))

    wanted = ["Paragraph 2.", BANNER, "Paragraph 3.", BOX, "Paragraph 4."]
    assert order(html, *wanted) == wanted


@pytest.mark.parametrize("count", [1, 2, 3])
def test_both_stand_at_the_end_of_a_short_story(client: Any, count: int) -> None:
    make_newsletter()
    html = page(client, make_article(body=paragraphs(count)))

    wanted = [f"Paragraph {count}.", BANNER, BOX]
    assert order(html, *wanted) == wanted


def test_paragraphs_inside_quotations_do_not_count(client: Any) -> None:
    make_newsletter()
    quoted = f"<p>First.</p><blockquote>{paragraphs(3)}</blockquote><p>Second.</p>"
    html = page(client, make_article(body=quoted + "<p>Third.</p><p>Fourth.</p>"))

    wanted = ["Paragraph 3.", "Second.", BANNER, "Third.", BOX, "Fourth."]
    assert order(html, *wanted) == wanted


def test_a_tag_inside_an_attribute_does_not_part_the_story(client: Any) -> None:
    make_newsletter()
    trap = '<p><abbr title="</p></p></p></p>">Trap</abbr> one.</p>'
    html = page(client, make_article(body=trap + paragraphs(3)))

    assert order(html, "Trap", BANNER, BOX) == ["Trap", BANNER, BOX]
    assert html.index("Paragraph 1.") < html.index(BANNER) < html.index("Paragraph 2.")


def test_a_hostile_body_stays_inert(client: Any) -> None:
    html = page(client, make_article(body=HOSTILE, title="<b>Bold</b>", dek='"><script>1</script>'))

    for harm in ("<script>", "onclick", "onerror", "javascript:", "<iframe", "<style", "<b>Bold"):
        assert harm not in html
    assert "Four" in html


def test_it_shows_byline_picture_caption_credit_and_biography(client: Any) -> None:
    make_newsletter()
    article = make_article(
        kicker="Harbour",
        hero=make_image(),
        hero_alt="Boats at dawn",
        caption="The first boat.",
        credit="Mette Harrow",
    )
    article.authors.add(
        Author.objects.create(name="Ines Okafor", slug="ines", biography="She keeps two hens.")
    )
    html = page(client, article)

    wanted = ["Harbour</p>", "<h1>", "Ines Okafor", "Boats at dawn", "The first boat.", "two hens"]
    assert order(html, *wanted) == wanted
    assert 'width="1200"' in html
    assert 'height="675"' in html
    assert "small.jpg 600w" in html
    assert "large.jpg 1200w" in html
    assert "Mette Harrow" in html
    assert "24 November 2026, 1:00 am London time" in html


def test_a_story_without_a_picture_has_no_empty_frame(client: Any) -> None:
    assert "<figure" not in page(client, make_article())


def test_topics_and_authors_lead_to_their_stories(client: Any) -> None:
    article = make_article()
    article.topics.add(Topic.objects.create(name="Sea & sky", slug="sea"))
    for name in ("Ana <i>", "Ben", "Cy"):
        article.authors.add(Author.objects.create(name=name, slug=name[:2].lower()))

    html = page(client, article)

    assert '<a href="/topics/sea/">Sea &amp; sky</a>' in html
    assert 'By <a href="/authors/an/">Ana &lt;i&gt;</a>, <a href="/authors/be/">Ben</a>' in html
    assert '</a> and <a href="/authors/cy/">Cy</a>' in html
    assert client.get("/topics/sea/").status_code == client.get("/authors/an/").status_code == 200


def test_three_related_stories_those_with_shared_topics_first(client: Any) -> None:
    sea = Topic.objects.create(name="Sea", slug="sea")
    article, sharing = make_article(), make_article(title="Shares a topic")
    others = [make_article(title=f"Other number {number}.") for number in range(4)]
    for one in (article, sharing):
        one.topics.add(sea)

    html = page(client, article)

    shown = [other.title for other in others if f">{other.title}<" in html]
    assert len(shown) == 2
    assert html.index("Shares a topic") < min(html.index(title) for title in shown)


def excerpt(**values: Any) -> Article:
    feed = Feed.objects.create(name="The Mercury", url="https://mercury.example/feed")
    words = " ".join(f"word{number}" for number in range(90))
    defaults = {
        "kind": Article.Kind.EXCERPT,
        "feed": feed,
        "link": "https://mercury.example/quay",
        "dek": "",
        "body": f"<p>{words}</p>",
    }
    return make_article(**(defaults | values))


def test_an_excerpt_leads_to_its_source_and_is_not_indexed(client: Any) -> None:
    html = page(client, excerpt())

    assert '<meta name="robots" content="noindex">' in html
    assert '<link rel="canonical" href="https://mercury.example/quay">' in html
    assert "Continue at The Mercury" in html
    assert "word59" in html
    assert "word60" not in html


@pytest.mark.parametrize(("site", "shown"), [("The Quay", "The Quay"), ("", "mercury.example")])
def test_an_excerpt_without_a_feed_names_its_site_or_its_host(
    client: Any, site: str, shown: str
) -> None:
    assert f"Continue at {shown}" in page(client, excerpt(feed=None, site=site))


def test_an_excerpt_with_a_harmful_link_has_none(client: Any) -> None:
    html = page(client, excerpt(link="javascript:alert(1)"))

    assert "javascript:" not in html
    assert "Continue at" not in html


def test_our_own_story_is_indexed_under_its_own_address(client: Any, settings: Any) -> None:
    article = make_article()
    html = page(client, article)

    assert "noindex" not in html
    assert f'rel="canonical" href="{settings.SITE_URL}{article.get_absolute_url()}"' in html


def test_an_unknown_story_is_404(client: Any) -> None:
    assert client.get("/articles/nothing-here/").status_code == 404


def test_pages_hold_no_inline_style_or_script(client: Any) -> None:
    make_newsletter()
    html = page(client, make_article(hero=make_image()))

    assert " style=" not in html
    assert "<script" not in html
    assert Path("static/css/pages.css").is_file()
