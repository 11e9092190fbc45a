"""A text with placeholders, encoded once: fixed bytes, and slots between them.

A soft line break stands on both sides of a slot, so a value is encoded by itself and fits whatever
is around it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from subscribers.mailing.messages import PLACEHOLDER, fill
from subscribers.mailing.mime.quoted_printable import SOFT_BREAK, encode

NEWLINE = b"\r\n"


@dataclass(frozen=True, slots=True)
class Slot:
    """Where a reader's value goes, and what follows it there unless it is empty."""

    name: str
    after: bytes


@dataclass(frozen=True, slots=True)
class Segments:
    """One part of a mail. `pieces` in their order; `last`: the placeholder at its very end."""

    template: str
    pieces: tuple[bytes | Slot, ...]
    last: str = ""

    def takes(self, values: Mapping[str, str]) -> bool:
        """Whether these values can go into the slots.

        Not when they change how the part ends, nor where a CR may be one line break with what a
        value begins with.
        """
        if "\r" in self.template:
            return False
        return not self.last or bool(values[self.last].rstrip("\n") == values[self.last] != "")

    def whole(self, values: Mapping[str, str]) -> bytes:
        """The part encoded anew with these values, whatever they are."""
        return _encode_whole(fill(self.template, values))


def segments(template: str) -> Segments:
    """`template` cut at its placeholders and encoded."""
    text = _line_feeds(template)
    first, *rest = PLACEHOLDER.split(text)
    if not rest:
        return Segments(template, (_encode_whole(text),))
    names, texts = rest[::2], rest[1::2]
    ends_open = texts[-1] == ""
    if not ends_open and not texts[-1].endswith("\n"):
        texts[-1] += "\n"
    pieces: list[bytes | Slot] = [_before_slot(first)]
    for number, (name, following) in enumerate(zip(names, texts, strict=True)):
        is_last = number == len(names) - 1
        after = NEWLINE if is_last and ends_open else SOFT_BREAK
        pieces.append(Slot(name, b"" if following.startswith("\n") else after))
        pieces.append(encode(following) if is_last else _before_slot(following))
    return Segments(template, tuple(pieces), last=names[-1] if ends_open else "")


def _before_slot(text: str) -> bytes:
    encoded = encode(text)
    return encoded if not encoded or encoded.endswith(NEWLINE) else encoded + SOFT_BREAK


def _encode_whole(text: str) -> bytes:
    """A text without slots; like the standard library's it ends with a line break."""
    text = _line_feeds(text)
    return encode(text if text.endswith("\n") else text + "\n")


def _line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
