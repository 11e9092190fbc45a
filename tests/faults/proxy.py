"""A TCP proxy on loopback that breaks connections in every way that a network does.

It stands between a worker and a provider, a broker or a database; what it does can be changed while
connections are open.
"""

import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

_PIECE = 65_536


@dataclass
class Fault:
    """What happens to connections. Bytes count from the start of each connection."""

    # Seconds before each piece is passed on.
    delay: float = 0.0
    # Hang up once so many bytes went up (to the server) or down (to the worker).
    cut_up: int | None = None
    cut_down: int | None = None
    # With a reset instead of an end.
    rudely: bool = False
    # Take connections and everything said on them, and pass nothing on.
    swallow: bool = False
    # What comes down is passed on in pieces of so many bytes, one each `delay`.
    drip: int | None = None
    # For how many connections more; None: for all.
    times: int | None = None


class Proxy:
    """Listens on a port of its own; `fault` is what happens now."""

    def __init__(self, target: tuple[str, int] | str) -> None:
        self.fault = Fault()
        self.connections = 0
        self._target = target
        self._pairs: list[tuple[socket.socket, socket.socket]] = []
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self.port = 0
        self.open()

    # --- What a schedule does to it

    def well(self) -> None:
        """Pass everything on again; open connections stay as they are."""
        self.fault = Fault()
        self.open()

    def cut(self, *, rudely: bool = False) -> None:
        """End every open connection."""
        with self._lock:
            pairs, self._pairs = self._pairs, []
        for pair in pairs:
            for side in pair:
                _close(side, rudely=rudely)

    def refuse(self) -> None:
        """Take no connections: they are refused."""
        if self._listener is not None:
            listener, self._listener = self._listener, None
            with suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        self.cut()

    def open(self) -> None:
        """Take connections, at the same port as ever. Idempotent."""
        if self._listener is not None:
            return
        listener = socket.socket()
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", self.port))
        listener.listen(64)
        self.port = listener.getsockname()[1]
        self._listener = listener
        threading.Thread(target=self._take, args=(listener,), daemon=True).start()

    # --- What it does

    def _take(self, listener: socket.socket) -> None:
        while self._listener is listener:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(
                target=self._serve, args=(near, self._next_fault()), daemon=True
            ).start()

    def _next_fault(self) -> Fault:
        fault = self.fault
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self.fault = Fault()
        return fault

    def _serve(self, near: socket.socket, fault: Fault) -> None:
        try:
            far = _connect(self._target)
        except OSError:
            _close(near, rudely=True)
            return
        with self._lock:
            self._pairs.append((near, far))
        down = threading.Thread(
            target=self._pass, args=(far, near, fault, fault.cut_down, fault.drip), daemon=True
        )
        down.start()
        self._pass(near, far, fault, fault.cut_up, None)

    def _pass(
        self,
        source: socket.socket,
        sink: socket.socket,
        fault: Fault,
        cut: int | None,
        drip: int | None,
    ) -> None:
        passed = 0
        try:
            while piece := source.recv(drip or _PIECE):
                # A connection of old obeys what is asked for now, too.
                time.sleep(max(fault.delay, self.fault.delay))
                if fault.swallow or self.fault.swallow:
                    continue
                if cut is not None and passed + len(piece) >= cut:
                    sink.sendall(piece[: cut - passed])
                    _close(source, rudely=fault.rudely)
                    _close(sink, rudely=fault.rudely)
                    return
                sink.sendall(piece)
                passed += len(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            # One side is gone without a word; the other would wait for it for ever.
            for side in (source, sink):
                _close(side, rudely=True)


def _connect(target: tuple[str, int] | str) -> socket.socket:
    if isinstance(target, str):
        far = socket.socket(socket.AF_UNIX)
        far.connect(target)
        return far
    return socket.create_connection(target, timeout=None)


def _close(side: socket.socket, *, rudely: bool) -> None:
    with suppress(OSError):
        if rudely:
            side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            # Wakes the thread that reads from it; the reset leaves when nobody uses it any more.
            side.shutdown(socket.SHUT_RD)
        else:
            side.shutdown(socket.SHUT_RDWR)
    side.close()


@contextmanager
def proxied(url: str) -> Iterator[Proxy]:
    """A proxy before the server of `url` (http, smtp, redis, postgres, or unix with a path)."""
    parts = urlsplit(url)
    is_unix = parts.scheme == "unix"
    proxy = Proxy(
        str(Path(parts.path)) if is_unix else (parts.hostname or "127.0.0.1", parts.port or 0)
    )
    try:
        yield proxy
    finally:
        proxy.refuse()
