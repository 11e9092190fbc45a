"""The first provider: an email service in SendGrid's form, in whatever mood it is told."""

import json
import re
import socket
import struct
import threading
import time
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks.soaking.book import Book

# mood -> (status, is it taken, seconds before the answer; status 0: a reset instead of one)
MOODS: dict[str, tuple[int, bool, float]] = {
    "well": (202, True, 0.05),
    "says 502, having taken": (502, True, 0.0),
    "says 503": (503, False, 0.0),
    "says 429": (429, False, 0.0),
    "says 401": (401, False, 0.0),
    "resets after taking": (0, True, 0.0),
    "resets before taking": (0, False, 0.0),
    "hangs, having taken": (202, True, 25.0),
}
_KEY = re.compile(r"@@\w+@@")
_RESET = struct.pack("ii", 1, 0)


class Server(ThreadingHTTPServer):
    """Whoever asked may be gone by the time it is answered: that is what is tried here."""

    daemon_threads = True

    def handle_error(self, *_: Any) -> None:
        """Says nothing."""


class Service:
    """Listens on a free port of loopback; what it takes goes into the book."""

    def __init__(self, book: Book) -> None:
        self.mood = "well"
        self._server = Server(("127.0.0.1", 0), _handler(self, book))
        self.port: int = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(service: Service, book: Book) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            status, is_taken, seconds = MOODS[service.mood]
            if is_taken:
                _take(book, json.loads(body))
            time.sleep(seconds)
            if not status:
                self._reset()
                return
            self.send_response(status)
            if status == 429:
                self.send_header("Retry-After", "5")
            self.send_header("X-Message-Id", "soak")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _reset(self) -> None:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            self.connection.close()
            self.close_connection = True

        def log_message(self, *_: Any) -> None:
            """Says nothing."""

    return Handler


def _take(book: Book, call: dict[str, Any]) -> None:
    text = next(part["value"] for part in call["content"] if part["type"] == "text/plain")
    for one in call["personalizations"]:
        values = one.get("substitutions", {})
        mine = _KEY.sub(partial(_value, values), text)
        known = {**call.get("custom_args", {}), **one.get("custom_args", {})}
        book.take("service", known, one["to"][0]["email"], mine)


def _value(values: dict[str, Any], found: re.Match[str]) -> str:
    return str(values.get(found[0], ""))
