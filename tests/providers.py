"""Providers on loopback that answer as they are told: an HTTP API and an SMTP relay."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


@dataclass
class HttpApi:
    """What an HTTP provider got, and what it answers: a status, headers, or "cut" (no answer)."""

    status: int = 202
    headers: dict[str, str] = field(default_factory=dict)
    body: str = "{}"
    cut: bool = False
    payloads: list[dict[str, Any]] = field(default_factory=list)
    url: str = ""


@contextmanager
def http_api() -> Iterator[HttpApi]:
    """An HTTP provider while the block runs."""
    api = HttpApi()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            api.payloads.append(json.loads(body))
            if api.cut:
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            self.send_response(api.status)
            for name, value in api.headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(api.body.encode())

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
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
def smtp_relay() -> Iterator[Relay]:
    """A relay while the block runs."""
    relay = Relay()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    controller = Controller(relay, hostname="127.0.0.1", port=port)
    controller.start()
    relay.url = f"smtp://127.0.0.1:{port}"
    yield relay
    controller.stop()
