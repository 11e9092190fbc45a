"""Quoted-printable (RFC 2045 section 6.7), with two habits of our own.

No line begins with a dot: it is written =2E, so a body is the same before and after SMTP's
dot-stuffing (RFC 5321 section 4.5.2) wherever it is cut, and no careless server can end a mail
early. No line is longer than 75, so that a soft line break always fits behind it.
"""

import re
from functools import lru_cache

SOFT_BREAK = b"=\r\n"
LONGEST = 75

_LITERAL = frozenset(range(0x21, 0x7F)) - {ord("=")} | {ord(" "), ord("\t")}
_SIGNS = [chr(byte) if byte in _LITERAL else f"={byte:02X}" for byte in range(256)]
# One line that needs no quoting, with nothing at its end that a server may cut off.
_PLAIN = re.compile(r"(?:[ -<>-~]*[!-<>-~])?")


def encode(text: str) -> bytes:
    """`text` as lines with CRLF between them. Its line breaks are LF."""
    if _PLAIN.fullmatch(text):
        if len(text) <= LONGEST and not text.startswith("."):
            return text.encode("ascii")
        return _cut(text)
    return _encode_lines(text) if len(text) > 2_000 else _encode_again(text)


def _encode_lines(text: str) -> bytes:
    return b"\r\n".join(map(_encode_line, text.split("\n")))


# What several readers have in common, such as an offer of another newsletter.
_encode_again = lru_cache(maxsize=512)(_encode_lines)


def _encode_line(line: str) -> bytes:
    signs = [_SIGNS[byte] for byte in line.encode()]
    if signs and signs[-1] in {" ", "\t"}:
        signs[-1] = f"={ord(signs[-1]):02X}"
    return _cut("".join(signs))


def _cut(quoted: str) -> bytes:
    """Quoted text in lines of at most LONGEST, no =XX torn apart and no dot in front."""
    lines, start, end = [], 0, len(quoted)
    while start < end:
        dot = quoted.startswith(".", start)
        stop = start + LONGEST - (2 if dot else 0)
        if stop < end:
            # The last place before `stop` that is not inside =XX.
            torn = quoted.find("=", stop - 2, stop)
            stop = torn if torn >= 0 else stop
        line = quoted[start:stop]
        lines.append(f"=2E{line[1:]}" if dot else line)
        start = stop
    return "=\r\n".join(lines).encode("ascii")
