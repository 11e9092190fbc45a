"""An SMTP relay that takes everything: it looks for the ends of lines and mails, parses nothing.

Each answer leaves `latency` seconds after its command or mail is complete, as from a relay that
is that far away. Other mail may be under way on other connections meanwhile.
"""

import asyncio
import re
from enum import Enum, auto

from benchmarks.sinks.tally import Tally

_DOT = b"\r\n.\r\n"
# From the end of a mail to the next 354 a client may send only the next envelope (RFC 2920
# section 3.1: DATA is the last of a group), so the end of a mail stands this near to the end of
# what came. Looking further would cost more than all the rest.
_NEAR = 8_192
_BUFFER = 131_072
_READER = re.compile(rb"r(\d{1,9})@readers\.example")


class Event(Enum):
    """What a sink answers."""

    EHLO = auto()
    MAIL = auto()
    RCPT = auto()
    DATA = auto()
    TAKEN = auto()
    QUIT = auto()
    OTHER = auto()


_VERBS = {
    b"EHLO": Event.EHLO,
    b"HELO": Event.OTHER,
    b"MAIL": Event.MAIL,
    b"RCPT": Event.RCPT,
    b"DATA": Event.DATA,
    b"QUIT": Event.QUIT,
}


class Dialogue:
    """Cuts a stream of bytes into commands and mails, wherever its packets begin and end."""

    def __init__(self) -> None:
        # An unfinished command, or while a mail comes its last four bytes.
        self._kept = b""
        self._in_mail = False
        self._readers: list[int] = []

    def feed(self, data: bytes | bytearray, size: int) -> list[tuple[Event, list[int]]]:
        """What the first `size` bytes complete, in order; for a mail with its readers."""
        events: list[tuple[Event, list[int]]] = []
        start = 0
        while start < size:
            step = self._mail if self._in_mail else self._command
            start = step(data, start, size, events)
        return events

    def _mail(
        self,
        data: bytes | bytearray,
        start: int,
        size: int,
        events: list[tuple[Event, list[int]]],
    ) -> int:
        """Where the mail ends, or `size` when it goes on."""
        # The end may have come half with the last packet.
        at = (self._kept + data[start : min(start + 4, size)]).find(_DOT)
        if at >= 0:
            end = start + at + len(_DOT) - len(self._kept)
        else:
            near = data.rfind(_DOT, max(start, size - _NEAR), size)
            end = near + len(_DOT) if near >= 0 else -1
        if end < 0:
            self._kept = (self._kept + data[max(start, size - 4) : size])[-4:]
            return size
        events.append((Event.TAKEN, self._readers))
        self._in_mail, self._kept, self._readers = False, b"", []
        return end

    def _command(
        self,
        data: bytes | bytearray,
        start: int,
        size: int,
        events: list[tuple[Event, list[int]]],
    ) -> int:
        """Where the next command begins, or `size` when this one is not complete."""
        end = data.find(b"\n", start, size)
        if end < 0:
            self._kept += data[start:size]
            return size
        line = bytes(self._kept + data[start : end + 1])
        self._kept = b""
        event = _VERBS.get(line[:4].upper(), Event.OTHER)
        if event is Event.RCPT:
            self._readers += map(int, _READER.findall(line))
        elif event is Event.DATA:
            # A mail may be nothing but its dot.
            self._in_mail, self._kept = True, b"\r\n"
        elif event is Event.MAIL:
            self._readers = []
        events.append((event, []))
        return end + 1


# One for all connections: what is in it is read before the next one receives. A new one each
# time, as `Protocol` has it, cost most of the sink's time.
_SHARED = bytearray(_BUFFER)


class Relay(asyncio.BufferedProtocol):
    """One connection."""

    def __init__(self, *, tally: Tally, latency: float, pipelining: bool) -> None:
        self._tally = tally
        self._latency = latency
        offers = b"250-PIPELINING\r\n" if pipelining else b""
        self._words = {
            Event.EHLO: b"250-sink.example\r\n" + offers + b"250-8BITMIME\r\n250 SIZE 52428800\r\n",
            Event.MAIL: b"250 2.1.0 Ok\r\n",
            Event.RCPT: b"250 2.1.5 Ok\r\n",
            Event.DATA: b"354 End data with <CR><LF>.<CR><LF>\r\n",
            Event.TAKEN: b"250 2.0.0 Ok: queued\r\n",
            Event.QUIT: b"221 2.0.0 Bye\r\n",
            Event.OTHER: b"250 Ok\r\n",
        }
        self._dialogue = Dialogue()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._tally.connect()
        self._say(b"220 sink.example ESMTP\r\n", last=False)

    def get_buffer(self, _: int) -> bytearray:
        return _SHARED

    def buffer_updated(self, nbytes: int) -> None:
        self._tally.receive(nbytes)
        events = self._dialogue.feed(_SHARED, nbytes)
        if not events:
            return
        for event, readers in events:
            if event is Event.TAKEN:
                self._tally.take(readers)
        words = b"".join(self._words[event] for event, _ in events)
        self._say(words, last=events[-1][0] is Event.QUIT)

    def _say(self, words: bytes, *, last: bool) -> None:
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._write, words, last)
        else:
            self._write(words, last)

    def _write(self, words: bytes, last: bool) -> None:  # noqa: FBT001  (called by the loop)
        if self._transport.is_closing():
            return
        self._transport.write(words)
        if last:
            self._transport.close()
