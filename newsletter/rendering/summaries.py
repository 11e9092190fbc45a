"""The words under a headline when the editor gave none: made of the story's own sentences."""

import re
from collections.abc import Iterator

from newsletter.content.sanitizing import plain_text
from newsletter.models import Article, Section

_SENTENCE_END = re.compile(r"(?<=[.!?…。؟])\s+")


def summary(*, article: Article, section: Section) -> str:
    """The dek, and as many sentences of the body as the section has room for."""
    wanted, at_most = section.words_at_least, section.words_at_most
    taken: list[str] = []
    words = 0
    for sentence in _sentences(article):
        length = len(sentence.split())
        if (taken and words >= wanted) or words + length > at_most:
            break
        if sentence not in taken:
            taken.append(sentence)
            words += length
    return " ".join(taken) or _cut(next(_sentences(article), ""), at_most)


def _sentences(article: Article) -> Iterator[str]:
    """Sentences of the dek, then of the body; the body is only read when they do not do."""
    yield from filter(None, _SENTENCE_END.split(article.dek.strip()))
    yield from filter(None, _SENTENCE_END.split(" ".join(plain_text(article.body).split())))


def _cut(sentence: str, at_most: int) -> str:
    words = sentence.split()
    if len(words) <= at_most:
        return sentence
    return " ".join(words[:at_most]).rstrip(",;:") + "…"
