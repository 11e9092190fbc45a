"""Replies of a relay, read from the bytes as they come (RFC 5321 section 4.2)."""

from functools import lru_cache
from typing import NamedTuple

# The code of a line that is no reply.
NONSENSE = -1
# Bytes of a line; RFC 5321 section 4.5.3.1.5 allows 512.
_LONGEST_LINE = 8_192
# What may follow the code.
_SIGNS = (b" ", b"-", b"\r", b"")


class Reply(NamedTuple):
    """`words`: what follows the code, lines of a longer reply with LF between them."""

    code: int
    words: bytes


class Replies:
    """Puts together what comes in pieces. Bytes of a line that has not ended are kept."""

    def __init__(self) -> None:
        self._rest = b""
        self._lines: list[bytes] = []

    @property
    def is_between(self) -> bool:
        """Whether nothing of a further reply has come yet."""
        return not (self._rest or self._lines)

    def feed(self, data: bytes) -> list[Reply]:
        """The replies that are complete now, in their order."""
        *lines, self._rest = (self._rest + data).split(b"\n")
        replies = [reply for line in lines if (reply := self._read(line)) is not None]
        if len(self._rest) > _LONGEST_LINE:
            replies.append(Reply(NONSENSE, self._rest[:80]))
            self._rest = b""
        return replies

    def _read(self, line: bytes) -> Reply | None:
        """A line: the end of a reply, or None when more of it is to come."""
        reply, is_last = _parsed(line)
        if not is_last:
            self._lines.append(reply.words)
            return None
        if self._lines and reply.code != NONSENSE:
            words = b"\n".join([*self._lines, reply.words])
            self._lines = []
            return Reply(reply.code, words)
        return reply


# A relay says few different things.
@lru_cache(maxsize=256)
def _parsed(line: bytes) -> tuple[Reply, bool]:
    """What one line says, and whether it is the last of its reply."""
    code, sign, words = line[:3], line[3:4], line[4:].rstrip(b"\r")
    if not (code.isdigit() and len(code) == 3 and sign in _SIGNS):
        return Reply(NONSENSE, line.rstrip(b"\r")), True
    return Reply(int(code), words), sign != b"-"
