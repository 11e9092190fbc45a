"""Asking a provider about our account: one call that reads, and changes and sends nothing."""

from collections.abc import Mapping
from dataclasses import dataclass
from email.message import Message

import httpx

from subscribers.mailing.api.wire import Reply, trusted
from subscribers.mailing.messages import Mailing

# Each of connecting, sending and waiting for the next bytes.
SECONDS = 8.0


@dataclass(frozen=True, slots=True)
class Question:
    """A GET, or with a body a POST."""

    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


class NoReply(Exception):
    """Nobody answered; the message says how."""


def letter(*, sender: str) -> Mailing:
    """A mailing that nobody gets: from it anymail says how it would log in."""
    return Mailing(subject="-", html="-", text="-", from_name="", from_address=sender)


def ask(question: Question) -> Reply:
    """The answer; raises NoReply."""
    method = "GET" if question.body is None else "POST"
    try:
        found = httpx.request(
            method,
            question.url,
            headers=dict(question.headers),
            content=question.body,
            timeout=SECONDS,
            verify=trusted(),
        )
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise NoReply(f"{type(error).__name__}: {error}") from error
    headers = Message()
    for name, value in found.headers.items():
        headers[name] = value
    return Reply(status=found.status_code, headers=headers, body=found.content)
