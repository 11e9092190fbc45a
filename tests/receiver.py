"""A receiver of the staff's webhook: a real HTTP server that answers as a test says."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

# What a call is answered with: a status, and how long that takes.
Answer = tuple[int, float]


@dataclass
class Receiver:
    """Every call that came, and what the next ones are answered with."""

    answer: Callable[[int], Answer] = lambda _number: (204, 0.0)
    headers: dict[str, str] = field(default_factory=dict)
    calls: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""

    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _ in self.calls]


@contextmanager
def receiver() -> Iterator[Receiver]:
    """It listens while the block runs."""
    one = Receiver()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(one))
    server.daemon_threads = True
    one.url = f"http://127.0.0.1:{server.server_address[1]}/hook/secret"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield one
    finally:
        server.shutdown()
        server.server_close()


def _handler(one: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            named = {name.lower(): value for name, value in self.headers.items()}
            one.calls.append((named, body))
            status, seconds = one.answer(len(one.calls))
            time.sleep(seconds)
            try:
                self.send_response(status)
                for name, value in one.headers.items():
                    self.send_header(name, value)
                self.end_headers()
            except OSError:
                # Whoever called has gone.
                return

        def do_GET(self) -> None:
            # One that follows a redirect asks with another method.
            self.do_POST()

        def log_message(self, *_: Any) -> None:
            return

    return Handler
