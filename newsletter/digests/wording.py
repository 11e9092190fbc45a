"""The words that a new digest gets from its headlines."""

import re
from collections.abc import Sequence

from newsletter.digests.layouts import PREHEADER_AT_LEAST, PREHEADER_AT_MOST, SUBJECT_AT_MOST

# What must not stand before the "…" that marks a cut.
_SENTENCE_END = re.compile(r"(?<=[.!?…。؟])\s+")
DANGLING = " ,;:.-\N{EN DASH}\N{EM DASH}"


def cut_kindly(text: str, at_most: int) -> str:
    """`text` in at most `at_most` characters, cut after a whole word and marked with "…"."""
    text = " ".join(text.split())
    if len(text) <= at_most:
        return text
    words = text[: at_most - 1]
    if text[at_most - 1] != " " and " " in words:
        words = words.rpartition(" ")[0]
    return words.rstrip(DANGLING) + "…"


def whole_sentences(text: str, at_most: int) -> str:
    """As many of the first sentences as have at most so many words; the first in any case.

    Longer text is one paragraph then.
    """
    if len(text.split()) <= at_most:
        return text
    first, *others = _SENTENCE_END.split(" ".join(text.split()))
    taken = [first]
    for sentence in others:
        if len(" ".join([*taken, sentence]).split()) > at_most:
            break
        taken.append(sentence)
    return " ".join(taken)


def preheader(headlines: Sequence[str]) -> str:
    """The line after the subject: further headlines until it is 50 characters, at most 90."""
    line = ""
    for headline in headlines:
        line = f"{line} · {headline}" if line else headline
        if len(line) >= PREHEADER_AT_LEAST:
            break
    return cut_kindly(line, PREHEADER_AT_MOST)


def words_made_of(headlines: Sequence[str], *, before: str = "") -> tuple[str, str]:
    """Subject and preheader made of headlines in the order of the mail; both "" without any.

    `before` begins the subject ("The week: ").
    """
    if not headlines:
        return "", ""
    return cut_kindly(f"{before}{headlines[0]}", SUBJECT_AT_MOST), preheader(headlines[1:])
