"""What stands on a page for its readers: the headline, the first figure, who wrote it and when."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from newsletter.content import sanitizing, words
from newsletter.content.webpage.document import Document, words_of
from newsletter.content.webpage.facts import Facts, Person, is_same_picture

MAX_FIGURES = 30
MAX_HEADLINES = 20
MAX_PARTS = 50
_CREDIT = re.compile(
    r"[\s(\[]*\b(?:photo(?:graph)?|picture|image|credit|foto)s?(?: credit)?(?: by)?\s*:\s*"
    r"(?P<who>[^:]{2,100}?)[)\].\s]*$",
    re.IGNORECASE,
)
_CREDIT_CLASS = re.compile(r"credit|copyright|photographer", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class _Figure:
    pictures: tuple[str, ...]
    alt: str
    caption: str
    credit: str


def facts_of(document: Document, *, picture: str) -> Facts:
    """The facts that readers see. `picture` is the story's if known: its figure is looked for."""
    root = document.root
    figures = list(islice(_figures(document), MAX_FIGURES))
    figure = _of_picture(figures, picture) if picture else next(iter(figures), None)
    return Facts(
        title=words.title(next(filter(None, headlines(document)), "")),
        picture=picture if picture and figure else figure.pictures[0] if figure else "",
        alt=figure.alt if figure else "",
        caption=figure.caption if figure else "",
        credit=figure.credit if figure else "",
        people=_people(root),
        published_at=words.moment(*(tag.get("datetime") or "" for tag in root.iter("time"))),
        language=root.get("lang") or "",
    )


def headlines(document: Document) -> list[str]:
    """The main headings of the page, as far as one looks for them."""
    return [_line(tag) for tag in islice(document.root.iter("h1"), MAX_HEADLINES)]


def _of_picture(figures: list[_Figure], picture: str) -> _Figure | None:
    return next(
        (one for one in figures if any(is_same_picture(picture, each) for each in one.pictures)),
        None,
    )


def _figures(document: Document) -> Iterator[_Figure]:
    """Those of the story itself, where the page says which part that is."""
    root = document.root
    story = next(root.iter("article"), None)
    if story is None:
        story = next(root.iter("main"), root)
    for figure in story.iter("figure"):
        image = next(figure.iter("img"), None)
        pictures = _addresses(document, figure)
        if image is not None and pictures:
            caption, credit = _caption(next(figure.iter("figcaption"), None))
            alt = sanitizing.plain_text(image.get("alt") or "")
            yield _Figure(pictures=pictures, alt=alt, caption=caption, credit=credit)


def _addresses(document: Document, figure: Any) -> tuple[str, ...]:
    """Where the picture of a figure is, in all its sizes."""
    found: list[str] = []
    for tag in islice(figure.iter("img", "source"), 10):
        found += (tag.get("src") or "", tag.get("data-src") or "")
        found += [one.strip().split(" ")[0] for one in (tag.get("srcset") or "").split(",")[:10]]
    return tuple(filter(None, (document.joined(one) for one in found)))


def _caption(tag: Any) -> tuple[str, str]:
    """Caption and credit, which often stands in the caption as its last words."""
    if tag is None:
        return "", ""
    text = _line(tag)
    for part in islice(tag.iter(), MAX_PARTS):
        credit = _line(part) if _CREDIT_CLASS.search(part.get("class") or "") else ""
        if credit and part is not tag:
            rest = text.replace(credit, "", 1).strip(" |-–—")  # noqa: RUF001
            return rest, _without_label(credit)
    found = _CREDIT.search(text)
    return (text[: found.start()].strip(), found["who"].strip()) if found else (text, "")


def _without_label(credit: str) -> str:
    found = _CREDIT.search(credit)
    return found["who"].strip() if found else credit.strip("()[] ")


def _people(root: Any) -> tuple[Person, ...]:
    marked = (
        tag
        for tag in root.iter()
        if "author" in ((tag.get("rel") or "").split() + (tag.get("itemprop") or "").split())
    )
    names = [_line(tag).removeprefix("By ") for tag in islice(marked, 10)]
    return tuple(Person(name) for name in words.authors(names))


def _line(tag: Any) -> str:
    return sanitizing.one_line(words_of(tag))
