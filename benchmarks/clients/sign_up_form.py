"""Filling in the form of the front page, as a browser behind a proxy sends it."""

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from benchmarks.clients.person import AGENT, hidden, network_of
from benchmarks.servers.processes import BenchmarkError

# What a person takes at least; the site asks who is quicker once more.
_PAUSE = 2.2
_FORM = re.compile(r'<form action="([^"]+)" method="post".*?</form>', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Form:
    """Where it goes, and what it carries but for the address."""

    path: str
    fields: tuple[tuple[str, str], ...]
    host: str

    def requests(self, *, first: int, how_many: int) -> Iterator[bytes]:
        """Sign-ups of readers `first`, `first` + 1, ..., each from a network of its own."""
        for number in range(first, first + how_many):
            yield self._request(number)

    def _request(self, number: int) -> bytes:
        fields = [*self.fields, ("email", f"reader{number}@readers.example")]
        body = urlencode(fields).encode()
        head = (
            f"POST {self.path} HTTP/1.1\r\nHost: {self.host}\r\n"
            f"Origin: https://{self.host}\r\nSec-Fetch-Site: same-origin\r\n"
            f"X-Forwarded-Proto: https\r\nX-Forwarded-For: {network_of(number)}\r\n"
            f"User-Agent: {AGENT}\r\n"
            "Accept: text/html,application/xhtml+xml\r\nAccept-Language: en-GB,en;q=0.8\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n"
            f"Content-Length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


def read(*, port: int, host: str, newsletter: str) -> Form:
    """Get the front page, tick `newsletter`, and take the time of a person."""
    asked = Request(f"http://127.0.0.1:{port}/", headers={"Host": host, **_PROXY})
    try:
        with urlopen(asked, timeout=20) as answer:
            page = answer.read().decode()
    except URLError as error:
        raise BenchmarkError(f"The front page does not come: {error}") from error
    form = _FORM.search(page)
    if form is None:
        raise BenchmarkError("There is no form on the front page.")
    time.sleep(_PAUSE)
    fields = (*hidden(form[0]).items(), ("newsletters", newsletter))
    return Form(path=form[1], fields=fields, host=host)


_PROXY = {"X-Forwarded-Proto": "https", "X-Forwarded-For": "10.0.0.1"}
