"""Clients that each send a request, wait for the whole answer, and send the next.

One thread and a selector: it costs the machine little of what is measured. Connections are kept, as
a proxy keeps them to the site.
"""

import math
import re
import selectors
import socket
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from benchmarks.servers.processes import BenchmarkError

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection: *close", re.IGNORECASE)
# Nobody waits longer for a page.
_PATIENCE = 30.0


@dataclass(slots=True)
class Visit:
    """What all of them met: seconds of each answer, how many of each status, from first to last."""

    seconds: list[float] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)
    # Connections that ended in the middle.
    broken: int = 0
    took: float = 0.0
    # The beginning of a few answers that were not 200.
    strange: list[str] = field(default_factory=list)

    def at(self, share: float) -> float:
        """Seconds within which this share of the answers came, by the nearest rank."""
        ordered = sorted(self.seconds)
        return ordered[max(math.ceil(len(ordered) * share) - 1, 0)]


class _Client:
    """One connection with at most one request on it."""

    def __init__(self, port: int) -> None:
        self._port = port
        self.connection = self._connect()
        self.begun = 0.0
        self._got = bytearray()

    def ask(self, request: bytes) -> None:
        self._got.clear()
        self.begun = time.perf_counter()
        self.connection.sendall(request)

    def hear(self) -> bytes | None:
        """The whole answer, None while there is more to come; raises ConnectionError."""
        piece = self.connection.recv(65_536)
        if not piece:
            raise ConnectionError
        self._got += piece
        head = self._got.find(b"\r\n\r\n")
        if head < 0:
            return None
        length = _LENGTH.search(self._got, 0, head + 2)
        if length is None:
            raise BenchmarkError("An answer without a length.")
        return bytes(self._got) if len(self._got) >= head + 4 + int(length[1]) else None

    def again(self) -> None:
        self.connection.close()
        self.connection = self._connect()

    def _connect(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self._port), timeout=_PATIENCE)


def visit(*, port: int, clients: int, requests: Iterable[bytes]) -> Visit:
    """Send all requests, `clients` at a time, each on its own connection."""
    found, waiting = Visit(), iter(requests)
    with selectors.DefaultSelector() as selector:
        crowd = [_Client(port) for _ in range(clients)]
        start = time.perf_counter()
        for client in crowd:
            _next(client, waiting, selector)
        while selector.get_map():
            ready = selector.select(_PATIENCE)
            if not ready:
                raise BenchmarkError(f"No answer within {_PATIENCE:g} s.")
            for key, _ in ready:
                _hear(key.data, waiting, selector, found)
        found.took = time.perf_counter() - start
        for client in crowd:
            client.connection.close()
    return found


def _next(client: _Client, waiting: Iterator[bytes], selector: selectors.BaseSelector) -> None:
    request = next(waiting, None)
    if request is None:
        return
    client.ask(request)
    selector.register(client.connection, selectors.EVENT_READ, client)


def _hear(
    client: _Client, waiting: Iterator[bytes], selector: selectors.BaseSelector, found: Visit
) -> None:
    try:
        answer = client.hear()
    except ConnectionError:
        found.broken += 1
        answer = b""
    if answer is None:
        return
    selector.unregister(client.connection)
    if answer:
        _note(answer, time.perf_counter() - client.begun, found)
    if not answer or _CLOSES.search(answer, 0, answer.find(b"\r\n\r\n") + 2):
        client.again()
    _next(client, waiting, selector)


def _note(answer: bytes, seconds: float, found: Visit) -> None:
    status = int(answer[9:12])
    found.seconds.append(seconds)
    found.statuses[status] += 1
    if status != 200 and len(found.strange) < 3:
        found.strange.append(" ".join(answer[:300].decode(errors="replace").split()))
