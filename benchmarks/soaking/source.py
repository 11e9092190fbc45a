"""A source of stories that has news, has none, fails, talks nonsense or hangs, in turns."""

import random
import threading
import time
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import Any

from benchmarks.soaking.service import Server

_ITEM = (
    "<item><title>Harbour news number {0}</title><guid>soak-{0}</guid>"
    "<link>https://elsewhere.example/{0}</link><pubDate>{1}</pubDate>"
    "<description>What happened at the harbour, told in about a dozen plain words.</description>"
    "</item>"
)


class Source:
    """RSS at a free port of loopback."""

    def __init__(self, *, seed: int) -> None:
        self.asked = 0
        chance = random.Random(seed)

        class Handler(BaseHTTPRequestHandler):
            def do_GET(handler) -> None:  # noqa: N805  (`self` is the source)
                self.asked += 1
                status, body = _answer(chance, self.asked)
                handler.send_response(status)
                handler.send_header("Content-Type", "application/rss+xml")
                handler.send_header("Content-Length", str(len(body)))
                handler.end_headers()
                handler.wfile.write(body)

            def log_message(handler, *_: Any) -> None:  # noqa: N805
                """Says nothing."""

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/feed.xml"

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _answer(chance: random.Random, number: int) -> tuple[int, bytes]:
    mood = chance.choice(["news", "news", "news", "fails", "nonsense", "hangs"])
    if mood == "fails":
        return 500, b"no"
    if mood == "nonsense":
        return 200, b"<rss><channel><item><title>cut off"
    if mood == "hangs":
        time.sleep(12)
    now = format_datetime(datetime.now(UTC))
    items = "".join(_ITEM.format(each, now) for each in range(3 * number, 3 * number + 9))
    feed = f'<rss version="2.0"><channel><title>Elsewhere</title>{items}</channel></rss>'
    return 200, feed.encode()
