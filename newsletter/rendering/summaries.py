"""The words under a headline when the editor gave none: made of the story's own sentences."""

import re
from collections.abc import Iterator

from newsletter.content.sanitizing import plain_text
from newsletter.models import Article, Section

# Letters of words that hang in the air before "…", a comma behind them included.
_SHORT = 4
_SENTENCE_END = re.compile(r"(?<=[.!?…。؟])\s+")


def summary(*, article: Article, section: Section) -> str:
    """The dek, and as many sentences of the body as the section has room for.

    One that does not fit where words are still wanted is begun and breaks off with "…".
    """
    wanted, at_most = section.words_at_least, section.words_at_most
    taken: list[str] = []
    words = 0
    for sentence in _sentences(article):
        length = len(sentence.split())
        if taken and words >= wanted:
            break
        if words + length > at_most:
            if taken and sentence not in taken:
                taken.append(_opening(sentence, wanted - words, at_most - words))
            break
        if sentence not in taken:
            taken.append(sentence)
            words += length
    return " ".join(taken) or _cut(next(_sentences(article), ""), at_most)


def _sentences(article: Article) -> Iterator[str]:
    """Sentences of the dek, then of the body; the body is only read when they do not do."""
    yield from filter(None, _SENTENCE_END.split(article.dek.strip()))
    yield from filter(None, _SENTENCE_END.split(" ".join(plain_text(article.body).split())))


def _opening(sentence: str, at_least: int, at_most: int) -> str:
    """How a sentence begins that does not fit: to the end of a clause where there is one.

    Else to a word of some length, since "of" and "the" are no place to stop.
    """
    words = sentence.split()
    longer = [n for n in range(at_least, at_most + 1) if len(words[n - 1]) > _SHORT]
    ends = [n for n in longer if words[n - 1][-1] in ",;:"]
    return _cut(sentence, (ends or longer or [at_most])[-1])


def _cut(sentence: str, at_most: int) -> str:
    words = sentence.split()
    if len(words) <= at_most:
        return sentence
    return " ".join(words[:at_most]).rstrip(",;:") + "…"
