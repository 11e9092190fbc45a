"""What a page tells those who preview it: Open Graph, Twitter and plain `meta` tags."""

from collections.abc import Mapping
from typing import Any

from newsletter.content import sanitizing, words
from newsletter.content.webpage.document import Document, words_of
from newsletter.content.webpage.facts import Facts, Person

_TITLE = ("og:title", "twitter:title", "parsely-title", "dc.title")
_DEK = ("og:description", "twitter:description", "description", "dc.description")
_PICTURE = ("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src")
_ALT = ("og:image:alt", "twitter:image:alt")
_AUTHOR = ("article:author", "author", "parsely-author", "sailthru.author", "byl", "dc.creator")
_PUBLISHED = (
    "article:published_time",
    "datepublished",
    "parsely-pub-date",
    "sailthru.date",
    "dc.date",
    "date",
    "pubdate",
)
_LANGUAGE = ("og:locale", "content-language")
_SITE = ("og:site_name", "application-name")


def facts_of(document: Document) -> Facts:
    """The facts that stand in tags; of several of one name the first counts."""
    tags = _tags(document)
    return Facts(
        title=words.title(_first(tags, _TITLE) or _title_tag(document)),
        dek=_first(tags, _DEK),
        picture=document.joined(_first(tags, _PICTURE)),
        alt=_first(tags, _ALT),
        people=_people(tags),
        published_at=words.moment(*(tags[name] for name in _PUBLISHED if name in tags)),
        language=_first(tags, _LANGUAGE),
        site=_first(tags, _SITE),
    )


def _tags(document: Document) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in document.root.iter("meta"):
        content = sanitizing.plain_text(tag.get("content") or "")
        name = _name_of(tag)
        if content and name:
            found.setdefault(name, content)
    return found


def _name_of(tag: Any) -> str:
    names = ("property", "name", "itemprop", "http-equiv")
    return next((tag.get(one) for one in names if tag.get(one)), "").strip().lower()


def _title_tag(document: Document) -> str:
    return next((sanitizing.plain_text(words_of(tag)) for tag in document.root.iter("title")), "")


def _people(tags: Mapping[str, str]) -> tuple[Person, ...]:
    """Names; `article:author` is often the address of a profile instead."""
    for tag in _AUTHOR:
        said = tags.get(tag, "")
        if said and "://" not in said:
            names = said.removeprefix("By ").removeprefix("by ").replace(";", ",").split(",")
            return tuple(Person(name) for name in words.authors(names))
    return ()


def _first(tags: Mapping[str, str], names: tuple[str, ...]) -> str:
    return next((tags[name] for name in names if name in tags), "")
