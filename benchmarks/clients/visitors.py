"""Readers who sign up and follow links at an even pace while something else is measured."""

import itertools
import threading
import time
from collections.abc import Iterable, Iterator

from benchmarks.clients import crowd, sign_up_form
from benchmarks.clients.crowd import Visit
from newsletter.models import Revision
from newsletter.rendering.counted_links import PATH
from newsletter.rendering.reader_marks import reader_mark

HOST = "news.sender.example"


class Visitors:
    """`sign_ups` and `clicks` a second, each on a connection of its own, until `leave`."""

    def __init__(
        self, *, port: int, newsletter: str, first: int, sign_ups: float, clicks: float
    ) -> None:
        self._over = threading.Event()
        self.found: dict[str, Visit] = {}
        form = sign_up_form.read(port=port, host=HOST, newsletter=newsletter)
        forms = form.requests(first=first, how_many=1_000_000)
        self._threads = [
            threading.Thread(target=self._go, args=(name, port, requests), daemon=True)
            for name, requests in (
                ("sign-ups", self._paced(forms, sign_ups)),
                ("clicks", self._paced(clicks_of_all(), clicks)),
            )
        ]

    def come(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def leave(self) -> dict[str, Visit]:
        """What they met, by what they did."""
        self._over.set()
        for thread in self._threads:
            thread.join()
        return self.found

    def _go(self, name: str, port: int, requests: Iterator[bytes]) -> None:
        self.found[name] = crowd.visit(port=port, clients=1, requests=requests)

    def _paced(self, requests: Iterable[bytes], a_second: float) -> Iterator[bytes]:
        due = time.monotonic()
        for request in requests:
            if self._over.wait(max(0.0, due - time.monotonic())):
                return
            due += 1 / a_second
            yield request


def clicks_of_all() -> Iterator[bytes]:
    """Clicks on the first links of the newest frozen mail, by one reader after the other."""
    revision = Revision.objects.latest("pk")
    for number in itertools.count(1):
        mark = reader_mark(revision_id=revision.pk, subscriber_id=number)
        link = number % len(revision.links)
        yield (
            f"GET {PATH}{link}.{mark} HTTP/1.1\r\nHost: {HOST}\r\n"
            f"X-Forwarded-Proto: https\r\nX-Forwarded-For: 11.1.{number // 256 % 256}.7\r\n"
            "User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0\r\n\r\n"
        ).encode()
