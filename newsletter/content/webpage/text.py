"""How the text of a page begins: trafilatura tells it from menus and advertisements."""

import re
from typing import Any

from lxml import etree

from newsletter.content import sanitizing
from newsletter.content.webpage.document import Document
from newsletter.content.webpage.facts import Facts
from newsletter.content.webpage.marks import headlines

OPENING_WORDS = 60
BYLINE_WORDS = 12
# Of the page that trafilatura is given, in letters.
MAX_LENGTH = 300_000
_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+")  # noqa: RUF001


def facts_of(document: Document, *, known: Facts) -> Facts:
    """The first sentences, without headlines, the `known` dek and the line of who wrote it."""
    above = {known.title, known.dek, *headlines(document)}
    lines = (
        sanitizing.one_line(line).removeprefix("- ")
        for line in _extracted(document)[:20_000].splitlines()
    )
    story = (line for line in lines if line not in above and not _is_byline(line, known))
    return Facts(opening=_first_sentences(" ".join(filter(None, story))))


def _is_byline(line: str, known: Facts) -> bool:
    is_short = len(line.split()) < BYLINE_WORDS and not line.endswith((".", "!", "?", "…"))
    return is_short and any(person.name in line for person in known.people)


def _first_sentences(story: str) -> str:
    """At most 60 words; a first sentence that is longer is cut."""
    kept = ""
    for sentence in _SENTENCE.split(story):
        longer = f"{kept} {sentence}".strip()
        if sanitizing.shortened(longer, words=OPENING_WORDS) != longer:
            break
        kept = longer
    return kept or sanitizing.shortened(story, words=OPENING_WORDS)


def _extracted(document: Document) -> str:
    # Read in when it is needed: with all its word lists it takes 20 MB, in each process.
    import trafilatura  # noqa: PLC0415

    html: Any = etree.tostring(document.root, encoding="unicode", method="html")
    found: str | None = trafilatura.extract(
        html[:MAX_LENGTH],
        include_comments=False,
        include_tables=False,
        favor_precision=True,
        with_metadata=False,
    )
    return found or ""
