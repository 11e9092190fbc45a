"""Opening a connection: greeting, EHLO, TLS and log-in, one command after another."""

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Sequence
from contextlib import suppress

from django.core.mail.utils import DNS_NAME

from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.smtp import authentication, verdicts
from subscribers.mailing.smtp.features import Features, features_of
from subscribers.mailing.smtp.relay import Relay, Security
from subscribers.mailing.smtp.replies import Replies, Reply
from subscribers.mailing.smtp.wire import Wire

# Seconds until there is a connection, and until the relay is ready for mail after that.
CONNECT_TIMEOUT = 5.0
READY_TIMEOUT = 20.0


_AddressInfo = tuple[
    socket.AddressFamily,
    socket.SocketKind,
    int,
    str,
    tuple[str, int] | tuple[str, int, int, int] | tuple[int, bytes],
]


class CannotOpen(Exception):
    """No mail can be sent over it; `answer` says what that means for those who wait."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.detail)
        self.answer = answer


async def open_wire(relay: Relay, *, tls: ssl.SSLContext | None) -> tuple[Wire, Features]:
    """A connection that is ready for mail; raises CannotOpen. Nothing of a mail has left."""
    wire: Wire | None = None
    try:
        async with asyncio.timeout(CONNECT_TIMEOUT):
            wire = await _connect(relay)
            if relay.security is Security.TLS and tls:
                await wire.start_tls(tls, host=relay.host)
        async with asyncio.timeout(READY_TIMEOUT):
            return wire, await Dialogue(wire).prepare(relay, tls)
    except BaseException as error:
        if wire is not None:
            wire.close()
        if isinstance(error, TimeoutError):
            raise CannotOpen(verdicts.not_sent("The relay did not answer in time.")) from error
        if isinstance(error, OSError):
            raise CannotOpen(verdicts.not_sent(str(error) or type(error).__name__)) from error
        raise


async def _connect(relay: Relay) -> Wire:
    loop = asyncio.get_running_loop()
    problem: OSError = OSError(f"{relay.host} has no address.")
    for family, kind, protocol, _, address in await _addresses(loop, relay):
        sock = socket.socket(family, kind, protocol)
        sock.setblocking(False)  # noqa: FBT003
        try:
            await loop.sock_connect(sock, address)
        except BaseException as error:
            sock.close()
            if not isinstance(error, OSError):
                raise
            problem = error
        else:
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return Wire(loop, sock)
    raise problem


async def _addresses(loop: asyncio.AbstractEventLoop, relay: Relay) -> Sequence[_AddressInfo]:
    with suppress(socket.gaierror):
        # Needs no thread that waits for an answer.
        return socket.getaddrinfo(
            relay.host, relay.port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST
        )
    return await loop.getaddrinfo(relay.host, relay.port, type=socket.SOCK_STREAM)


class Dialogue:
    """One command, one reply."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._reader = Replies()
        self._replies: deque[Reply] = deque()
        self._lost = ""
        self._came = asyncio.Event()
        wire.on_data = self._hear
        wire.on_lost = self._lose

    async def prepare(self, relay: Relay, tls: ssl.SSLContext | None) -> Features:
        """From the greeting to what the relay offers when we are let in."""
        self._expect_good(await self._reply())
        features = await self._greet()
        if relay.security is Security.STARTTLS and tls:
            await self._start_tls(features, relay, tls)
            # What was said in the clear counts for nothing (RFC 3207 section 4.2).
            features = await self._greet()
        if relay.user:
            await self._log_in(features, relay)
        if self._has_more():
            raise CannotOpen(verdicts.not_sent("The relay answers what it was not asked."))
        return features

    async def _greet(self) -> Features:
        reply = await self.ask(f"EHLO {DNS_NAME.get_fqdn()}")
        if reply.code in {500, 502}:
            # An old server that knows no extensions (RFC 5321 section 3.2).
            self._expect_good(await self.ask(f"HELO {DNS_NAME.get_fqdn()}"))
            return Features()
        self._expect_good(reply)
        return features_of(reply)

    async def _start_tls(self, features: Features, relay: Relay, tls: ssl.SSLContext) -> None:
        if not features.starttls:
            raise CannotOpen(verdicts.not_sent("The relay offers no STARTTLS."))
        self._expect_good(await self.ask("STARTTLS"))
        if self._has_more():
            # Somebody on the way put words in before the encryption began.
            raise CannotOpen(verdicts.not_sent("The relay went on talking before TLS began."))
        await self._wire.start_tls(tls, host=relay.host)

    async def _log_in(self, features: Features, relay: Relay) -> None:
        steps = authentication.steps(features.mechanisms, user=relay.user, password=relay.password)
        if steps is None:
            words = "The relay offers no way to log in that is known here."
            raise CannotOpen(Answer(kind=Kind.ACCOUNT, detail=words))
        reply = await self.ask(next(steps))
        with suppress(StopIteration):
            while reply.code == 334:
                reply = await self.ask(steps.send(reply.words))
        self._expect_good(reply)

    async def ask(self, command: str) -> Reply:
        """The reply to one command; raises CannotOpen when the relay hangs up."""
        self._wire.write(f"{command}\r\n".encode())
        return await self._reply()

    async def _reply(self) -> Reply:
        while not self._replies:
            if self._lost:
                raise CannotOpen(verdicts.not_sent(self._lost))
            self._came.clear()
            await self._came.wait()
        return self._replies.popleft()

    def _has_more(self) -> bool:
        return bool(self._replies) or not self._reader.is_between

    def _hear(self, data: bytes) -> None:
        self._replies.extend(self._reader.feed(data))
        self._came.set()

    def _lose(self, why: str) -> None:
        self._lost = why
        self._came.set()

    def _expect_good(self, reply: Reply) -> None:
        if not verdicts.is_good(reply.code):
            raise CannotOpen(verdicts.to_connection(reply))
