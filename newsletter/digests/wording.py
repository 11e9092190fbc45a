"""The words that a new digest gets from its headlines."""

from collections.abc import Sequence

from newsletter.digests.layouts import PREHEADER_AT_LEAST, PREHEADER_AT_MOST, SUBJECT_AT_MOST

# What must not stand before the "…" that marks a cut.
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


def preheader(headlines: Sequence[str]) -> str:
    """The line after the subject: further headlines until it is 50 characters, at most 90."""
    line = ""
    for headline in headlines:
        line = f"{line} · {headline}" if line else headline
        if len(line) >= PREHEADER_AT_LEAST:
            break
    return cut_kindly(line, PREHEADER_AT_MOST)


def words_made_of(headlines: Sequence[str]) -> tuple[str, str]:
    """Subject and preheader made of headlines in the order of the mail; both "" without any."""
    if not headlines:
        return "", ""
    return cut_kindly(headlines[0], SUBJECT_AT_MOST), preheader(headlines[1:])
