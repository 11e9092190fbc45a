"""Programmable providers, an HTTP API and a relay, with a book of what they took."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from tests.faults.proxy import Proxy, proxied
from tests.providers import Call, HttpApi, http_api
from tests.relay import Cut, Heard, ScriptedRelay, scripted_relay

# What one call is answered: status and body. `took` says whether the mail was taken.
Step = Callable[[Call], tuple[int, str, bool]]


class HangUp(Exception):
    """No answer to this call."""


def taken(call: Call) -> tuple[int, str, bool]:
    return 202, "", True


def says(status: int, body: str = "{}", *, took: bool = False) -> Step:
    """An answer with this status."""
    return lambda _call: (status, body, took)


def names(*places: int) -> Step:
    """A 400 that says whose addresses are wrong, by their place in the call."""
    errors = ",".join(
        f'{{"field": "personalizations.{place}.to.0.email", "message": "wrong"}}'
        for place in places
    )
    return says(400, f'{{"errors": [{errors}]}}')


def hangs_up(*, took: bool) -> Step:
    """Closes the connection after the whole request, with or without having taken it."""

    def step(call: Call) -> tuple[int, str, bool]:
        return 0, "", took

    return step


class SendGrid:
    """Answers like SendGrid's API; `script` holds the next answers, then everything is taken."""

    def __init__(self, api: HttpApi, proxy: Proxy) -> None:
        self.proxy = proxy
        self.script: list[Step] = []
        # Also decides, by the readers of the call, when the script is at its end.
        self.always: Callable[[list[int]], Step] = lambda _ids: taken
        self.book: Counter[int] = Counter()
        self._lock = Lock()
        api.say = self._say
        api.headers = {"X-Message-Id": "abc"}

    def reset(self) -> None:
        self.script, self.always = [], lambda _ids: taken
        self.book.clear()
        # Connections that a worker kept would not meet what is done to new ones.
        self.proxy.cut()
        self.proxy.well()

    def took(self) -> Counter[int]:
        """How often it took a mail for whom."""
        return Counter(self.book)

    @property
    def settings(self) -> dict[str, str]:
        """For a worker that mails through it."""
        return {
            "EMAIL_PROVIDERS": "sendgrid",
            "ANYMAIL_SENDGRID_API_KEY": "key",
            "ANYMAIL_SENDGRID_API_URL": f"http://127.0.0.1:{self.proxy.port}/v3/",
        }

    def _say(self, call: Call) -> tuple[int, str]:
        readers = [int(one["custom_args"]["subscriber"]) for one in call.json["personalizations"]]
        with self._lock:
            step = self.script.pop(0) if self.script else self.always(readers)
            status, body, took = step(call)
            if took:
                self.book.update(readers)
        if not status:
            raise HangUp
        return status, body


class Relay:
    """A relay with a proxy before it; `script` as in `ScriptedRelay`."""

    def __init__(self, relay: ScriptedRelay, proxy: Proxy) -> None:
        self.relay, self.proxy = relay, proxy

    def reset(self) -> None:
        self.relay.script = lambda _heard: None
        self.relay.delay = 0.0
        self.relay.mails.clear()
        self.relay.heard.clear()
        self.proxy.cut()
        self.proxy.well()

    def took(self) -> Counter[int]:
        """How often it took a mail for whom; addresses tell the place of a reader (`stage`)."""
        return Counter(int(one.partition("@")[0].removeprefix("r")) for one in self.relay.readers)

    @property
    def settings(self) -> dict[str, str]:
        return {
            "EMAIL_PROVIDERS": "smtp",
            "EMAIL_URL": f"smtp://127.0.0.1:{self.proxy.port}?connections=2",
        }

    def at(self, verb: str, number: int, said: "str | Cut", *, times: int = 1) -> None:
        """Say this at the step's `number`-th time (from 1), and `times` times in all."""
        seen = 0

        def script(heard: Heard) -> "str | Cut | None":
            nonlocal seen
            if heard.verb != verb:
                return None
            seen += 1
            return said if number <= seen < number + times else None

        self.relay.script = script


@contextmanager
def sendgrid() -> Iterator[SendGrid]:
    with http_api() as api, proxied(api.url) as proxy:
        yield SendGrid(api, proxy)


@contextmanager
def relay() -> Iterator[Relay]:
    with scripted_relay() as one, proxied(one.url) as proxy:
        yield Relay(one, proxy)
