"""A mailing compiled: a reader's mail is a copy of a list, a few values put in, and one join."""

import secrets
from collections.abc import Mapping
from functools import lru_cache

from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.mime import headers
from subscribers.mailing.mime.addresses import on_the_wire
from subscribers.mailing.mime.quoted_printable import encode
from subscribers.mailing.mime.segments import Segments, Slot, segments

# Mailings on their way in one process at a time; each is twice the size of its mail.
KEPT = 8

_PART = (
    "--{boundary}\r\n"
    'Content-Type: text/{subtype}; charset="utf-8"\r\n'
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
)


class Compiled:
    """The mails of one mailing. `sender` is for the envelope; `least` the bytes each mail has."""

    def __init__(self, mailing: Mailing) -> None:
        self.sender = on_the_wire(mailing.from_address)
        self._parts = (segments(mailing.text), segments(mailing.html))
        # Never in a quoted-printable body, where = is followed by two digits or the line's end.
        self._boundary = f"=_{secrets.token_hex(16)}"
        self._pieces: list[bytes] = []
        self._personal: list[tuple[int, headers.Write]] = []
        self._slots: list[tuple[int, str, bytes]] = []
        # Where each part begins and ends among the pieces.
        self._spans: list[tuple[int, int]] = []
        for line in headers.lines(mailing):
            self._add_header(line)
        self._add_fixed(
            "MIME-Version: 1.0\r\n"
            f'Content-Type: multipart/alternative; boundary="{self._boundary}"\r\n\r\n'
        )
        for subtype, part in zip(("plain", "html"), self._parts, strict=True):
            self._add_part(subtype, part)
        self._add_fixed(f"--{self._boundary}--\r\n")
        self._names = tuple({name for _, name, _ in self._slots})
        self.least = sum(map(len, self._pieces))

    def write(self, recipient: Recipient) -> bytes:
        """The mail of one reader, with CRLF line ends and no line that begins with a dot.

        Raises KeyError when a value is missing and ValueError when his address is none.
        """
        values = recipient.values
        pieces = self._pieces.copy()
        for index, write in self._personal:
            pieces[index] = write(recipient)
        if not self._fits(values):
            return self._write_anew(pieces, values)
        encoded = {name: encode(values[name]) for name in self._names}
        for index, name, after in self._slots:
            value = encoded[name]
            pieces[index] = value + after if value else b""
        return b"".join(pieces)

    def _fits(self, values: Mapping[str, str]) -> bool:
        """Whether values can be put in one by one: a CR may belong to a line break around it."""
        text, html = self._parts
        if not (text.takes(values) and html.takes(values)):
            return False
        return not any("\r" in values[name] for name in self._names)

    def _write_anew(self, pieces: list[bytes], values: Mapping[str, str]) -> bytes:
        for (start, stop), part in zip(self._spans, self._parts, strict=True):
            pieces[start:stop] = [part.whole(values), *[b""] * (stop - start - 1)]
        return b"".join(pieces)

    def _add_header(self, line: bytes | headers.Write) -> None:
        if isinstance(line, bytes):
            self._pieces.append(line)
        else:
            self._personal.append((len(self._pieces), line))
            self._pieces.append(b"")

    def _add_fixed(self, text: str) -> None:
        self._pieces.append(text.encode("ascii"))

    def _add_part(self, subtype: str, part: Segments) -> None:
        self._add_fixed(_PART.format(boundary=self._boundary, subtype=subtype))
        start = len(self._pieces)
        for piece in part.pieces:
            if isinstance(piece, Slot):
                self._slots.append((len(self._pieces), piece.name, piece.after))
                self._pieces.append(b"")
            else:
                self._pieces.append(piece)
        self._spans.append((start, len(self._pieces)))
        # The line break before a boundary belongs to the boundary (RFC 2046 section 5.1.1).
        self._add_fixed("\r\n")


def compile_mail(mailing: Mailing) -> Compiled:
    """Compile a mailing for a few readers; raises ValueError when its sender is no address."""
    return Compiled(mailing)


def compiled(mailing: Mailing) -> Compiled:
    """As `compile_mail`, kept for the next batch of the same mailing."""
    words = {name: getattr(mailing, name) for name in _WORDS}
    return _kept(tuple(words.items()), tuple(mailing.headers.items()))


# What a mail is made of; where a mailing comes from is not in it.
_WORDS = ("subject", "html", "text", "from_name", "from_address", "reply_to")
_Items = tuple[tuple[str, str], ...]


@lru_cache(maxsize=KEPT)
def _kept(words: _Items, header_items: _Items) -> Compiled:
    return Compiled(Mailing(**dict(words), headers=dict(header_items)))
