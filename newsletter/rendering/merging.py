"""The reader's name in an editor's words: `{name}`, or `{name|there}` for who gave none.

Only what an editor typed is read this way, never a feed's words and never a reader's: a name is put
in at the very end, by plain replacement.
"""

import re
from typing import Any

from newsletter.rendering.wording import one_line

# What a reader without a name is called where the editor says nothing.
FALLBACK = "reader"
PREFIX = "name_"

_WRITTEN = re.compile(r"(?<!\{)\{\s*name\s*(?:\|([^{}|]*))?\}(?!\})", re.IGNORECASE)
_BRACED = re.compile(r"\{+\s*[^\W\d]\w*\s*(?:\|[^{}]*)?\}+")
_MARK = re.compile(rf"@@({PREFIX}[a-z]+)@@")


def unknown_placeholders(text: str) -> list[str]:
    """What looks like a placeholder in an editor's words and is none, as typed: `{nmae}`.

    It stays in the mail as it was typed, so readers would see it.
    """
    return [found for found in _BRACED.findall(text) if not _WRITTEN.fullmatch(found)]


class Names:
    """The places for a name in one mail. Each fallback is a value of its own: `name_a`, `name_b`.

    While the mail is drawn a place is `@@name_a@@`, whatever part it gets into; `in_html` and
    `in_text` then say in which of its two forms the value is wanted there.
    """

    def __init__(self) -> None:
        self._keys: dict[str, str] = {}

    def mark(self, words: str) -> str:
        """An editor's cleaned words with the places for a name marked."""
        return _WRITTEN.sub(lambda found: f"@@{self._key(_fallback(found[1]))}@@", words)

    @property
    def fragments(self) -> dict[str, str]:
        """Key -> fallback, as `Revision.fragments` keeps them."""
        return {key: fallback for fallback, key in self._keys.items()}

    @property
    def placeholders(self) -> frozenset[str]:
        """The names that each reader has a value for."""
        return frozenset(f"{key}_{kind}" for key in self.fragments for kind in ("html", "text"))

    def in_html(self, html: str) -> str:
        """`html` with the marks as placeholders of escaped values."""
        return _MARK.sub(r"@@\1_html@@", html)

    def in_text(self, text: str) -> str:
        """The same for plain text, and for the subject."""
        return _MARK.sub(r"@@\1_text@@", text)

    def plain(self, value: Any) -> Any:
        """Marked words, or a page of them, as the web shows them: with the fallbacks."""
        if not self._keys:
            return value
        if isinstance(value, dict):
            return {key: self.plain(part) for key, part in value.items()}
        if isinstance(value, list):
            return [self.plain(part) for part in value]
        return _MARK.sub(self._spoken, value) if isinstance(value, str) else value

    def _spoken(self, mark: re.Match[str]) -> str:
        return self.fragments[mark[1]]

    def _key(self, fallback: str) -> str:
        return self._keys.setdefault(fallback, PREFIX + _letters(len(self._keys)))


def _fallback(written: str | None) -> str:
    return FALLBACK if written is None else one_line(written)


def _letters(number: int) -> str:
    """0, 1, 2 ... as a, b, ... z, aa, ab: a placeholder's name has no digits."""
    letters = ""
    number += 1
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("a") + rest) + letters
    return letters
