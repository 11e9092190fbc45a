"""A relay that is told what to do, and letters to hand to it."""

from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from subscribers.mailing import mime, smtp
from subscribers.mailing.answers import Answer
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.smtp import Fate, Letter, kept
from tests.relay import ScriptedRelay, scripted_relay


@pytest.fixture
def relay(settings) -> Iterator[ScriptedRelay]:
    with scripted_relay() as server:
        settings.EMAIL_URL = f"{server.url}?connections=1"
        yield server
        # Hang up before the relay goes away.
        kept._forget()


def make_letters(how_many: int, *, text: str = "Hello @@name@@", domain: str = "mail.example"):
    """Letters to reader1, reader2 and so on."""
    mail = mime.compile_mail(
        Mailing(
            subject="Harbour reopens",
            html="<p>Hello @@name@@</p>",
            text=text,
            from_name="The Daymark",
            from_address="briefing@daymark.example",
        )
    )
    return [
        Letter(
            mail=mail,
            recipient=Recipient(
                subscriber_id=number,
                address=f"reader{number}@{domain}",
                message_id=f"<1.{number}@daymark.example>",
                values={"name": f"Reader {number}"},
            ),
        )
        for number in range(1, how_many + 1)
    ]


@pytest.fixture
def letters() -> Callable[..., list[Letter]]:
    return make_letters


@pytest.fixture
def deliver() -> Callable[..., Answer | None]:
    """Hand letters over; returns why it could not go on, if so."""

    def run(letters: list[Letter], *, seconds: float = 20) -> Answer | None:
        with smtp.connected(seconds=seconds) as exchange:
            if exchange.error is None:
                exchange.add(letters)
                exchange.run(until=lambda: all(one.is_answered for one in letters))
            return exchange.error

    return run


def fates(letters: list[Letter]) -> Counter[Fate]:
    """How many letters ended how."""
    return Counter(one.fate for one in letters)
