"""A socket on the event loop, in the clear or over TLS, that knows how much of it has left.

The loop's own transports do not tell whether the end of a mail had left when a connection broke,
and that is the difference between "not sent" and "unknown".
"""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Callable

_CHUNK = 65_536
_NOT_NOW = (BlockingIOError, InterruptedError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Wire:
    """Calls `on_data` with what comes, and `on_lost` once with why no more will."""

    def __init__(self, loop: asyncio.AbstractEventLoop, sock: socket.socket) -> None:
        self._loop = loop
        self._sock = sock
        self._is_tls = False
        self._is_open = True
        self._is_full = False
        self._waiting: deque[memoryview] = deque()
        # Bytes given to us, and those of them that the kernel has.
        self.written = 0
        self._sent = 0
        self._attempted = 0
        # Set by whoever reads, before anything can come.
        self.on_data: Callable[[bytes], None]
        self.on_lost: Callable[[str], None]
        loop.add_reader(sock, self._readable)

    def has_left(self, position: int) -> bool:
        """Whether the first `position` bytes may be on their way.

        Over TLS, where bytes are gathered into records, all that was tried may be.
        """
        return (self._attempted if self._is_tls else self._sent) >= position

    def write(self, *pieces: bytes) -> None:
        """Send now what the kernel takes, and the rest as soon as it does."""
        self.written += sum(map(len, pieces))
        if not self._is_open:
            return
        is_first = not self._waiting
        self._waiting.extend(memoryview(piece) for piece in pieces if piece)
        if is_first:
            self._flush()

    def close(self) -> None:
        """Give the socket back; nobody is called any more."""
        if not self._is_open:
            return
        self._is_open = False
        self._loop.remove_reader(self._sock)
        self._loop.remove_writer(self._sock)
        self._sock.close()
        self._waiting.clear()

    async def start_tls(self, context: ssl.SSLContext, *, host: str) -> None:
        """Shake hands, with the certificate checked for `host`; raises ssl.SSLError, OSError."""
        self._loop.remove_reader(self._sock)
        sock = context.wrap_socket(self._sock, server_hostname=host, do_handshake_on_connect=False)
        self._sock = sock
        self._is_tls = True
        while True:
            try:
                sock.do_handshake()
                break
            except ssl.SSLWantReadError:
                await self._ready(self._loop.add_reader, self._loop.remove_reader)
            except ssl.SSLWantWriteError:
                await self._ready(self._loop.add_writer, self._loop.remove_writer)
        self._loop.add_reader(sock, self._readable)
        # What came with the last of the handshake is in no kernel any more.
        self._loop.call_soon(self._readable)

    async def _ready(
        self,
        watch: Callable[..., None],
        unwatch: Callable[[socket.socket], object],
    ) -> None:
        ready = self._loop.create_future()
        watch(self._sock, ready.set_result, None)
        try:
            await ready
        finally:
            unwatch(self._sock)

    def _flush(self) -> None:
        try:
            while self._waiting:
                self._send_some()
        except _NOT_NOW:
            if not self._is_full:
                self._loop.add_writer(self._sock, self._flush)
                self._is_full = True
            return
        except OSError:
            # What the relay said before it hung up is still to be read; that ends in `on_lost`.
            self._waiting.clear()
            self._loop.call_soon(self._readable)
        if self._is_full:
            self._loop.remove_writer(self._sock)
            self._is_full = False

    def _send_some(self) -> None:
        if self._is_tls:
            self._attempted = max(self._attempted, self._sent + len(self._waiting[0]))
            sent = self._sock.send(self._waiting[0])
        else:
            sent = self._sock.sendmsg(self._waiting)
        self._sent += sent
        while sent and sent >= len(self._waiting[0]):
            sent -= len(self._waiting.popleft())
        if sent:
            self._waiting[0] = self._waiting[0][sent:]

    def _readable(self) -> None:
        while self._is_open:
            try:
                data = self._sock.recv(_CHUNK)
            except _NOT_NOW:
                break
            except OSError as error:
                self._lose(str(error) or type(error).__name__)
                return
            if not data:
                self._lose("The relay hung up.")
                return
            self.on_data(data)
            if not self._is_tls and len(data) < _CHUNK:
                break
        if self._is_tls and self._is_open and self._waiting:
            self._flush()

    def _lose(self, why: str) -> None:
        self.close()
        self.on_lost(why)
