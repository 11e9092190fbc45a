"""Small decisions about words: cleaning, dates, reading time, direction of writing."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, timedelta
from functools import lru_cache
from math import ceil

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext

from subscribers.mailing.messages import defuse

WORDS_PER_MINUTE = 190

# Signs that no XML parser takes: controls but for tab and newline, and lone surrogates.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# Signs that turn the direction of all that follows them (Unicode Bidirectional Algorithm, 2).
_TURNS = re.compile(r"[\u202a-\u202e\u2066-\u2069]")
# The longest name that is put into a mail.
LONGEST_NAME = 80
_BLANK_LINES = re.compile(r"\s*\n\s*\n\s*")
_RIGHT_TO_LEFT = ("ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi")


def one_line(text: str) -> str:
    """`text` from an editor or a feed as one safe line."""
    return defuse(" ".join(_FORBIDDEN.sub("", text).split()))


def called(name: str) -> str:
    """What a reader says his name is, as words that can do nothing in a mail or a header."""
    return one_line(_TURNS.sub("", name))[:LONGEST_NAME].rstrip()


def paragraphs(text: str) -> list[str]:
    """`text` from an editor or a feed as safe paragraphs, parted at blank lines."""
    parts = _BLANK_LINES.split(text.replace("\r\n", "\n"))
    return [line for part in parts if (line := one_line(part))]


def many_lines(text: str) -> str:
    """`text` as safe paragraphs with one blank line between them."""
    return "\n\n".join(paragraphs(text))


@lru_cache(maxsize=4096)
def day_in_words(day: date, language: str, *, weekday: bool = False) -> str:
    """`day` as "3 March 2026", or "Tuesday 3 March 2026", in `language`."""
    with translation.override(language):
        return date_format(day, "l j F Y" if weekday else "j F Y", use_l10n=False)


def days_in_words(first: date, last: date, language: str) -> str:
    """ "23 to 28 November 2026"; what both have in common is said once."""
    within = "j" if first.month == last.month else "j F"
    begins = within if first.year == last.year else "j F Y"
    with translation.override(language):
        return gettext("%(first)s to %(last)s") % {
            "first": date_format(first, begins, use_l10n=False),
            "last": date_format(last, "j F Y", use_l10n=False),
        }


def past_day_in_words(day: date, today: date, language: str) -> str:
    """ "Tuesday" in the week before `today`, else "17 November"."""
    is_close = timedelta() <= today - day < timedelta(days=7)
    with translation.override(language):
        return date_format(day, "l" if is_close else "j F", use_l10n=False)


@lru_cache(maxsize=512)
def month_in_words(day: date, language: str) -> str:
    """The month of `day` as "March 2026", in `language`."""
    with translation.override(language):
        return date_format(day, "F Y", use_l10n=False)


def minutes_to_read(texts: Iterable[str]) -> int:
    """Whole minutes, at least one."""
    words = sum(len(text.split()) for text in texts)
    return max(1, ceil(words / WORDS_PER_MINUTE))


def direction(text: str, *, fallback: str = "ltr") -> str:
    """ "rtl" or "ltr" by the first letter that has one, as HTML's dir=auto decides.

    Said outright, because several mail programs drop `dir="auto"`.
    """
    for sign in text:
        kind = unicodedata.bidirectional(sign)
        if kind == "L":
            return "ltr"
        if kind in {"R", "AL"}:
            return "rtl"
    return fallback


def language_direction(language: str) -> str:
    """The direction that a language is written in."""
    return "rtl" if language.lower().split("-")[0] in _RIGHT_TO_LEFT else "ltr"
