"""A web site on loopback that answers what a test tells it to."""

import contextlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from newsletter.models import Feed

FEEDS = Path(__file__).parent / "feeds"

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """`url` is its front page; `seen` has path and headers of each request."""

    url: str
    answers: dict[str, Answer] = field(default_factory=dict)
    seen: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def serve(self, path: str, body: bytes = b"", status: int = 200, **headers: str) -> str:
        """Answer at `path` with this; underscores in header names stand for hyphens."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            handler.send_response(status)
            for name, value in headers.items():
                handler.send_header(name.replace("_", "-"), value)
            handler.send_header("Content-Length", str(len(body)))
            handler.end_headers()
            handler.wfile.write(body)

        self.answers[path] = answer
        return self.url + path

    def serve_feed(self, name: str, **headers: str) -> str:
        """Answer at `/<name>` with one of the feeds beside this file."""
        return self.serve(f"/{name}", (FEEDS / name).read_bytes(), **headers)


@pytest.fixture
def site(settings) -> Iterator[Site]:
    settings.FETCH_PRIVATE = True
    here = Site(url="")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            here.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
            # The fetcher hangs up early where there is too much.
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                here.answers[self.path](self)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    here.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    yield here
    server.shutdown()
    server.server_close()


@pytest.fixture
def make_feed(db):
    def make(url: str, **values: object) -> Feed:
        return Feed.objects.create(**({"name": "The Harbour Gazette", "url": url} | values))

    return make
