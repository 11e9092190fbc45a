"""Providers on loopback that answer as they are told: an HTTP API and an SMTP relay."""

import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass(frozen=True)
class Call:
    """One request that an HTTP provider got."""

    path: str
    headers: Message
    body: bytes
    method: str = "POST"

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, list[str]]:
        """The fields of a multipart form."""
        kind = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n".encode()
        parts = BytesParser(policy=HTTP).parsebytes(kind + self.body).iter_parts()
        fields: dict[str, list[str]] = {}
        for part in parts:
            name = part.get_param("name", header="Content-Disposition")
            fields.setdefault(name, []).append(part.get_payload(decode=True).decode())
        return fields


@dataclass
class HttpApi:
    """What an HTTP provider got, and what it answers, for good or (`say`) call by call."""

    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    body: str = "{}"
    # Hang up without an answer.
    cut: bool = False
    # Hang up in the middle of the answer, or give it one byte at a time, so many seconds apart.
    half: bool = False
    drip: float = 0.0
    # Close the connection after each answer without saying so before.
    hang_up: bool = False
    say: Callable[[Call], tuple[int, str]] | None = None
    calls: list[Call] = field(default_factory=list)
    # How many connections were made.
    connections: int = 0
    url: str = ""

    @property
    def payloads(self) -> list[Any]:
        """The JSON of each call."""
        return [call.json for call in self.calls]


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    api: HttpApi

    def setup(self) -> None:
        super().setup()
        self.api.connections += 1

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        call = Call(self.path, self.headers, body, self.command)
        self.api.calls.append(call)
        status, body = (self.api.status, self.api.body)
        if self.api.say is not None:
            status, body = self.api.say(call)
        self.close_connection = self.api.cut or self.api.hang_up
        if not self.api.cut:
            self._answer(status, body.encode())

    def do_GET(self) -> None:
        self.do_POST()

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **self.api.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.api.half:
            self.wfile.write(body[: len(body) // 2])
            self.close_connection = True
        elif self.api.drip:
            self._drip(body)
        else:
            self.wfile.write(body)

    def _drip(self, body: bytes) -> None:
        for place in range(len(body)):
            try:
                self.wfile.write(body[place : place + 1])
            except OSError:
                self.close_connection = True
                return
            time.sleep(self.api.drip)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Not waited for: a kept connection would hold the end of the test.
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """Who cuts connections meets broken ones."""


@contextmanager
def http_api() -> Iterator[HttpApi]:
    """An HTTP provider while the block runs."""
    api = HttpApi()
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"api": api}))
    api.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.daemon = True
    thread.start()
    yield api
    server.shutdown()
    server.server_close()


class Relay:
    """An SMTP relay: keeps what it accepted; `answers` says what it says to whom, or to a step."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, bytes]] = []
        # RCPT answers by address, e.g. "550 5.1.1 no such user".
        self.rcpt: dict[str, str] = {}
        self.mail = ""
        self.data: Callable[[Envelope], str] = lambda _envelope: "250 taken"
        # Close the connection instead of answering the n-th message (from 1).
        self.cut_after_body: int | None = None
        # Close the connection after an answer to RCPT that refuses.
        self.hang_up_after_refusal = False
        self.url = ""

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.mail_from = address
        return self.mail or "250 OK"

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        answer = self.rcpt.get(address, "250 OK")
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        elif self.hang_up_after_refusal:
            assert server.transport is not None
            server.transport.write(f"{answer}\r\n".encode())
            server.transport.close()
        return answer

    async def handle_DATA(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        answer = self.data(envelope)
        if answer.startswith("2"):
            assert isinstance(envelope.original_content, bytes)
            self.messages.append((envelope.rcpt_tos[0], envelope.original_content))
        if self.cut_after_body == len(self.messages):
            assert server.transport is not None
            server.transport.abort()
        return answer


@contextmanager
def smtp_relay(*, port: int = 0) -> Iterator[Relay]:
    """A relay while the block runs."""
    relay = Relay()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", port))
        port = probe.getsockname()[1]
    controller = Controller(relay, hostname="127.0.0.1", port=port)
    controller.start()
    relay.url = f"smtp://127.0.0.1:{port}"
    yield relay
    controller.stop()
