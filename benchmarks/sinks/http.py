"""An email service over HTTP that takes everything: it looks for addresses and parses nothing.

The path says which service is meant, and each is answered with the status and body of its own
documentation. A mail is counted for each reader whose address stands in the request.
"""

import asyncio
import re
import uuid
import zlib
from collections.abc import Callable

from benchmarks.sinks.tally import Tally

# "@" is %40 in a form post. The domain is that of `benchmarks.data.readers`.
_READER = re.compile(rb"r(\d{1,9})(?:@|%40)readers\.example")
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_GZIP = re.compile(rb"\r\ncontent-encoding:[ \t]*gzip", re.IGNORECASE)
_END = b"\r\n\r\n"

Answer = tuple[str, str]


def _sendgrid(_: list[int]) -> Answer:
    return "202 Accepted", ""


def _mailgun(_: list[int]) -> Answer:
    return "200 OK", f'{{"id":"<{uuid.uuid4().hex}@bench>","message":"Queued. Thank you."}}'


def _postmark_bulk(_: list[int]) -> Answer:
    at = "2026-01-01T00:00:00Z"
    return "200 OK", f'{{"ID":"{uuid.uuid4()}","Status":"Accepted","SubmittedAt":"{at}"}}'


def _postmark(readers: list[int]) -> Answer:
    each = (
        f'{{"To":"r{number}@readers.example","SubmittedAt":"2026-01-01T00:00:00Z",'
        f'"MessageID":"{uuid.uuid4()}","ErrorCode":0,"Message":"OK"}}'
        for number in readers
    )
    return "200 OK", f"[{','.join(each)}]"


def _postmark_single(readers: list[int]) -> Answer:
    status, body = _postmark(readers)
    return status, body[1:-1]


def _resend(_: list[int]) -> Answer:
    return "200 OK", f'{{"id":"{uuid.uuid4()}"}}'


def _brevo(readers: list[int]) -> Answer:
    ids = ",".join(f'"<{uuid.uuid4().hex}@bench>"' for _ in readers)
    return "201 Created", f'{{"messageIds":[{ids}]}}'


# The end of the path and what answers it; the first that fits.
SERVICES: tuple[tuple[bytes, Callable[[list[int]], Answer]], ...] = (
    (b"/mail/send", _sendgrid),
    (b"/messages", _mailgun),
    (b"/email/bulk", _postmark_bulk),
    (b"/email/batch", _postmark),
    (b"/email/batchWithTemplates", _postmark),
    (b"/smtp/email", _brevo),
    (b"/email", _postmark_single),
    (b"/emails", _resend),
)


def readers_in(body: bytes) -> list[int]:
    """The numbers of the readers whose addresses stand in `body`, each once, in order."""
    return list(dict.fromkeys(map(int, _READER.findall(body))))


class Requests:
    """Cuts a stream of bytes into requests, wherever its packets begin and end."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []
        self._have = 0
        # Bytes of the request under way with its head; 0 while the head is not complete.
        self._wanted = 0
        self._head = b""

    def feed(self, data: bytes) -> list[tuple[bytes, bytes]]:
        """Head and body of each request that `data` completes."""
        done = []
        self._pieces.append(data)
        self._have += len(data)
        while self._wanted or self._begin():
            if self._have < self._wanted:
                break
            whole = b"".join(self._pieces)
            done.append((self._head, whole[len(self._head) + len(_END) : self._wanted]))
            rest = whole[self._wanted :]
            self._pieces, self._have, self._wanted = [rest] if rest else [], len(rest), 0
        return done

    def _begin(self) -> bool:
        whole = b"".join(self._pieces)
        self._pieces = [whole]
        end = whole.find(_END)
        if end < 0:
            return False
        self._head = whole[:end]
        length = _LENGTH.search(self._head)
        self._wanted = end + len(_END) + (int(length[1]) if length else 0)
        return True


class Service(asyncio.Protocol):
    """One connection; it is kept open as the services do."""

    def __init__(self, *, tally: Tally, latency: float) -> None:
        self._tally = tally
        self._latency = latency
        self._requests = Requests()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport
        self._tally.connect()

    def data_received(self, data: bytes) -> None:
        self._tally.receive(len(data))
        for head, body in self._requests.feed(data):
            self._answer(head, body)

    def _answer(self, head: bytes, body: bytes) -> None:
        if _GZIP.search(head):
            body = zlib.decompress(body, 16 + zlib.MAX_WBITS)
        readers = readers_in(body)
        path = head.split(b" ", 2)[1].partition(b"?")[0]
        answer = next((make for end, make in SERVICES if path.endswith(end)), None)
        status, content = answer(readers) if answer else ("404 Not Found", "")
        if answer:
            self._tally.take(readers)
        response = (
            f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\n"
            f"Content-Length: {len(content)}\r\nX-Message-Id: {uuid.uuid4().hex}\r\n\r\n{content}"
        ).encode()
        if self._latency:
            asyncio.get_running_loop().call_later(self._latency, self._write, response)
        else:
            self._write(response)

    def _write(self, response: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(response)
