"""Digests to render in tests, and a look at what came out."""

from datetime import date
from html.parser import HTMLParser
from typing import Any

from newsletter.models import Digest
from newsletter.rendering import looking, message
from newsletter.rendering.message import Rendered
from tests.factories import (
    NOW,
    make_article,
    make_digest,
    make_image,
    make_newsletter,
    make_schedule,
    make_section,
)

VOID = {"br", "hr", "img", "input", "link", "meta"}


def briefing(**values: Any) -> Digest:
    """A Morning Briefing with ten stories, every section filled."""
    digest = make_digest(
        **{
            "intro": "Here is what happened while you slept.",
            "sign_off": "That is it for this morning.",
            "preheader": "A vote that was not close, night trains, and a map that was found",
            **values,
        }
    )
    picture = make_image()
    lead = make_article(hero=picture, hero_alt="Boats at dawn", caption="Boats.", credit="Ada Roe")
    make_section(digest, "lead", {"article": lead})
    make_section(digest, "more", *({"article": make_article()} for _ in range(4)))
    make_section(digest, "brief", *({"article": make_article()} for _ in range(4)))
    make_section(digest, "sponsor", {"headline": "Alder Boots", "link": "https://boots.example/"})
    make_section(digest, "number", {"figure": "41 %", "blurb": "of homes.", "article": lead})
    make_section(digest, "good_thing", {"article": make_article(good_news=True)})
    return digest


def good_news(**values: Any) -> Digest:
    """A Good News with a picture in every place for one."""
    defaults = {"layout": "good_news", "intro": "A quieter kind of news."}
    digest = make_digest(make_newsletter(accent="leaf"), **(defaults | values))
    stories = [make_article(hero=make_image(), hero_alt="A drawn scene") for _ in range(5)]
    make_section(digest, "big_one", {"article": stories[0]})
    make_section(digest, "three_more", *({"article": story} for story in stories[1:4]))
    make_section(digest, "adds_up", {"figure": "10,214", "blurb": "things mended."})
    make_section(digest, "picture", {"article": stories[4]})
    make_section(digest, "quote", {"blurb": "I stayed for years.", "headline": "Mara Quill"})
    return digest


def one_story(**fields: Any) -> Digest:
    """A briefing whose lead is the only item, with these fields."""
    digest = make_digest()
    make_section(digest, "lead", {"article": make_article(), **fields})
    return digest


def render(digest: Digest) -> Rendered:
    """The digest as it stands."""
    return message.render(digest=digest, now=NOW)


def filled_html(digest: Digest) -> str:
    """Its HTML as the sample reader gets it."""
    return looking.sample(newsletter=digest.newsletter, words=render(digest)).html


class Outline(HTMLParser):
    """Tags, attributes and words of a page; raises AssertionError when tags do not match."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self.open.pop(), f"</{tag}> does not match"

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in {"style", "title"}:
            self.words.append(data)

    def all(self, tag: str) -> list[dict[str, str | None]]:
        """The attributes of every `tag`."""
        return [attributes for name, attributes in self.tags if name == tag]

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def other_styles(**values: Any) -> Digest:
    """What neither of the others has: a few words, a source, right to left, nothing to link to."""
    digest = make_digest(make_newsletter(promotes=make_newsletter(name="Good News")), **values)
    excerpt = make_article(kind="excerpt", link="https://gazette.example/rent")
    make_section(digest, "lead", {"article": make_article()}, {"headline": "عاصفة تغلق الميناء"})
    make_section(digest, "more", {"article": excerpt}, {"blurb": "No more than this."})
    make_section(digest, "brief", {"article": excerpt}, {"headline": "A line", "blurb": "of it."})
    make_section(digest, "sponsor", {"headline": "عاصفة"}, {"link": "https://boots.example/"})
    words = {"headline": "Names", "blurb": "A few words.\n\nAnd a few more."}
    make_section(digest, "number", words, style="text", heading="Put right")
    return digest


def the_week(**values: Any) -> Digest:
    """A weekly mail of a newsletter that comes every weekday, every section filled."""
    newsletter = make_newsletter(promotes=make_newsletter(name="Better News"))
    make_schedule(newsletter, weekly_day=6)
    defaults = {
        "layout": "what_you_missed",
        "occurrence": "2026-11-28-week",
        "is_weekly": True,
        "subject": "The week: Harbour reopens after the storm",
        "intro": "Here is the week in one mail.",
    }
    digest = make_digest(newsletter, **(defaults | values))
    picture = make_image()
    lead = make_article(hero=picture, hero_alt="Boats at dawn", kicker="Harbour")
    days = [date(2026, 11, 23 + number) for number in range(5)]
    make_section(digest, "week_lead", {"article": lead, "ran_on": days[3]})
    make_section(digest, "week_missed", *({"article": make_article(), "ran_on": d} for d in days))
    make_section(digest, "week_brief", *({"article": make_article(), "ran_on": d} for d in days))
    make_section(digest, "week_sponsor", {"headline": "Boots", "link": "https://boots.example/"})
    return digest


# Every layout and every style.
SAMPLES = (briefing, good_news, the_week, other_styles)
