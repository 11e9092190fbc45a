"""One HTTP call with an end in sight: a kept connection, and a limit on the whole answer.

`requests` limits each read, so a server that sends one byte at a time could hold a worker for ever;
and it costs several times as much as the call itself where every mail is one.
"""

import http.client
import io
import os
import select
import socket
import ssl
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message
from typing import Any
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from requests.utils import DEFAULT_CA_BUNDLE_PATH

# Seconds to connect, then for sending the request and reading the whole answer.
CONNECT = 5.0
ANSWER = 20.0
# An answer longer than this is not read; none of a provider's is.
MOST_BYTES = 4_000_000
# Seconds; providers hang up on idle connections, and a call must not meet that.
_MOST_IDLE = 15.0
_PIECE = 256 * 1024


class NotSent(Exception):
    """The provider cannot have got the whole request: no connection, or cut while it was sent."""


class NoAnswer(Exception):
    """The whole request was handed over, and no whole answer came."""


@dataclass(frozen=True, slots=True)
class Request:
    """A POST."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back, whatever its status."""

    status: int
    headers: Message
    body: bytes

    @property
    def text(self) -> str:
        """The body as text, also when it is none."""
        return self.body.decode("utf-8", "replace")


def post(request: Request) -> Reply:
    """Call once; raises NotSent or NoAnswer. A connection is kept for the next call to that host.

    One for each thread and process: a worker that forks must not share its parent's.
    """
    target = urlsplit(request.url)
    connection = _kept.get(target.scheme, target.netloc)
    path = f"{target.path or '/'}?{target.query}" if target.query else target.path or "/"
    try:
        return _call(connection, path, request)
    except BaseException:
        connection.close()
        raise


def _call(connection: "_Connection", path: str, request: Request) -> Reply:
    connection.make_ready()
    connection.deadline = time.monotonic() + ANSWER
    try:
        connection.request("POST", path, body=request.body, headers=dict(request.headers))
    except (OSError, http.client.HTTPException) as error:
        return _early_answer(connection, error)
    try:
        return _read(connection)
    except (OSError, http.client.HTTPException) as error:
        raise NoAnswer(f"{type(error).__name__}: {error}") from error


def _early_answer(connection: "_Connection", error: Exception) -> Reply:
    """Who refuses a request before it has all of it says so and hangs up."""
    connection.deadline = time.monotonic() + 1.0
    try:
        reply = _read(connection)
    except (OSError, http.client.HTTPException, AttributeError):
        raise NotSent(f"{type(error).__name__}: {error}") from error
    connection.close()
    if reply.status < 300:
        # It cannot have taken what it never got.
        raise NotSent(f"{reply.status} before the whole request was sent") from error
    return reply


def _read(connection: "_Connection") -> Reply:
    response = connection.getresponse()
    has_end = response.chunked or response.length is not None
    body = response.read(MOST_BYTES + 1)
    # Too long to be an answer; or cut in its body or its headers, which http.client does not mind.
    if response.length or not (has_end or body):
        raise http.client.IncompleteRead(body, response.length)
    connection.used = time.monotonic()
    if response.will_close:
        connection.close()
    return Reply(status=response.status, headers=response.headers, body=body)


class _Connection(http.client.HTTPConnection):
    """An HTTP connection, over TLS when `secure`, whose reads and writes end at `deadline`."""

    deadline = 0.0
    used = 0.0
    # For http.client it is a socket.
    sock: Any

    def __init__(self, host: str, port: int, *, context: ssl.SSLContext | None) -> None:
        super().__init__(host, port, timeout=CONNECT)
        self.default_port = 80 if context is None else 443
        # Whose certificate is asked for; behind a proxy it is not the host that we connect to.
        self.peer = host
        self._context = context

    def make_ready(self) -> None:
        """Be connected; raises NotSent. A connection that the other end gave up is made anew."""
        if self.sock is not None and (self._is_idle() or self._is_readable()):
            self.close()
        if self.sock is not None:
            return
        try:
            self.connect()
            plain: Any = self.sock
            if self._context is not None:
                plain = self._context.wrap_socket(plain, server_hostname=self.peer)
        except (OSError, http.client.HTTPException) as error:
            raise NotSent(f"{type(error).__name__}: {error}") from error
        self.sock = _Timed(plain, self)

    def _is_idle(self) -> bool:
        return time.monotonic() - self.used > _MOST_IDLE

    def _is_readable(self) -> bool:
        """Nothing is due: what can be read is a goodbye."""
        poll = select.poll()
        poll.register(self.sock.fileno(), select.POLLIN)
        return bool(poll.poll(0))


class _Timed:
    """A socket for http.client, with one end for everything that it does."""

    def __init__(self, sock: socket.socket, connection: _Connection) -> None:
        self._sock = sock
        self._connection = connection

    def sendall(self, data: bytes) -> None:
        view = memoryview(data)
        for start in range(0, len(view), _PIECE):
            self.limit()
            self._sock.sendall(view[start : start + _PIECE])

    def makefile(self, _mode: str) -> io.BufferedReader:
        return io.BufferedReader(_Reader(self._sock.makefile("rb", buffering=0), self))

    def limit(self) -> None:
        left = self._connection.deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError("no whole answer in time")
        self._sock.settimeout(left)

    def fileno(self) -> int:
        return self._sock.fileno()

    def close(self) -> None:
        self._sock.close()


class _Reader(io.RawIOBase):
    def __init__(self, raw: Any, timed: _Timed) -> None:
        self._raw = raw
        self._timed = timed

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._timed.limit()
        read: int | None = self._raw.readinto(buffer)
        return read

    def close(self) -> None:
        self._raw.close()
        super().close()


class _Kept(threading.local):
    """Connections by scheme and host; those of a parent process are left alone."""

    pid = 0
    connections: dict[tuple[str, str], _Connection]

    def get(self, scheme: str, netloc: str) -> _Connection:
        if self.pid != os.getpid():
            self.pid, self.connections = os.getpid(), {}
        if (scheme, netloc) not in self.connections:
            self.connections[scheme, netloc] = _open(scheme, netloc)
        return self.connections[scheme, netloc]


_kept = _Kept()


def trusted() -> ssl.SSLContext:
    """Whom we believe to be a provider: REQUESTS_CA_BUNDLE where it is set, as anymail does."""
    return ssl.create_default_context(
        cafile=os.environ.get("REQUESTS_CA_BUNDLE") or DEFAULT_CA_BUNDLE_PATH
    )


def _open(scheme: str, netloc: str) -> _Connection:
    target = urlsplit(f"//{netloc}")
    host = target.hostname or ""
    if scheme == "http":
        return _Connection(host, target.port or 80, context=None)
    context = trusted()
    port = target.port or 443
    proxy = getproxies().get("https", "")
    if not proxy or proxy_bypass(host):
        return _Connection(host, port, context=context)
    way = urlsplit(proxy if "//" in proxy else f"//{proxy}")
    connection = _Connection(way.hostname or "", way.port or 80, context=context)
    connection.set_tunnel(host, port)
    connection.peer = host
    return connection
