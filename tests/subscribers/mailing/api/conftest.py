"""A provider on loopback that answers as the real one does."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import UUID

import pytest

from subscribers.mailing.answers import Answer
from subscribers.mailing.api import calls
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.providers import PROVIDERS, Provider, Shape
from tests.providers import HttpApi, http_api
from tests.subscribers.mailing.api.dialects import DIALECTS, settings_of
from tests.subscribers.mailing.api.reading import Mail

TOKEN = UUID("6c0f2f4e-3a52-4c8e-9d57-3f5d8e1b2a90")
NAMES = sorted(DIALECTS)
MERGING = sorted(name for name in NAMES if PROVIDERS[name].shape is Shape.MERGE_BATCH)


@dataclass
class Desk:
    """One provider: the server in its place, and how to send through it."""

    provider: Provider
    server: HttpApi

    def send(self, mailing: Mailing, readers: list[Recipient]) -> list[Answer]:
        """Mail all readers, in as many calls as the provider needs."""
        size = len(readers) if self.provider.shape is Shape.MERGE_BATCH else 1
        return [
            calls.send(
                provider=self.provider,
                mailing=mailing,
                recipients=readers[start : start + size],
                token=TOKEN,
            )
            for start in range(0, len(readers), size)
        ]

    def send_one(self, readers: list[Recipient] | None = None) -> Answer:
        """One call with a plain mailing: to two readers where it can be, otherwise to one."""
        merges = self.provider.shape is Shape.MERGE_BATCH
        readers = readers or make_recipients(2 if merges else 1)
        return calls.send(
            provider=self.provider, mailing=make_mailing(), recipients=readers, token=TOKEN
        )

    @property
    def mails(self) -> list[Mail]:
        """What readers would get of all calls."""
        read = DIALECTS[self.provider.name].read
        return [mail for call in self.server.calls for mail in read(call)]


@pytest.fixture
def open_desk(settings) -> Iterator[Callable[[str], Desk]]:
    """A desk for the provider of a name."""
    with http_api() as server:

        def run(name: str) -> Desk:
            dialect = DIALECTS[name]
            settings.EMAIL_PROVIDERS = [name]
            settings.ANYMAIL = settings_of(name, server.url)
            server.say = lambda call: dialect.good(dialect.read(call))
            if name == "mailersend":
                server.headers = {"X-Message-Id": "1"}
            return Desk(PROVIDERS[name], server)

        yield run


@pytest.fixture(params=NAMES)
def desk(request, open_desk) -> Desk:
    return open_desk(request.param)


@pytest.fixture(params=MERGING)
def merging_desk(request, open_desk) -> Desk:
    return open_desk(request.param)


def make_mailing(**values: object) -> Mailing:
    plain = {
        "subject": "Night trains",
        "html": "<p>@@greeting_html@@</p><a href='@@unsubscribe_url@@'>Leave</a>",
        "text": "@@greeting_text@@\n\nLeave: <@@unsubscribe_url@@>\n",
        "from_name": "The Daymark, Ä",
        "from_address": "briefing@daymark.example",
        "reply_to": "desk@daymark.example",
        "headers": {
            "Message-ID": "@@message_id@@",
            "List-Id": "Morning <morning.daymark.example>",
            "List-Unsubscribe": "<@@unsubscribe_url@@>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Precedence": "bulk",
        },
        "source": "digest:12",
    }
    return Mailing(**(plain | values))


def make_recipients(how_many: int, **values: str) -> list[Recipient]:
    return [
        Recipient(
            subscriber_id=number,
            address=f"reader{number}@mail.example",
            message_id=f"<12.{number}@daymark.example>",
            values={
                "greeting_html": f"Good morning, R&amp;D {number} &lt;3.",
                "greeting_text": f'Good morning, "R&D" {number} <3 \\ ü.',
                "unsubscribe_url": f"https://daymark.example/unsubscribe/t{number}:x/?a=1&b=2",
                "message_id": f"<12.{number}@daymark.example>",
            }
            | values,
        )
        for number in range(1, how_many + 1)
    ]
