"""A relay on loopback that does at each step what it is told, down to half an answer."""

import asyncio
import ssl
import threading
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Heard:
    """A command ("CONNECT" and "TEXT" are steps too); `connection` counts from 1."""

    connection: int
    verb: str
    words: str = ""


@dataclass(frozen=True)
class Cut:
    """Hang up, after these bytes if any; `rudely` with a reset."""

    after: bytes = b""
    rudely: bool = False


@dataclass(frozen=True)
class Taken:
    """A mail that was accepted, as it was before dot-stuffing."""

    connection: int
    sender: str
    recipient: str
    content: bytes


CHALLENGES = {
    "PLAIN": [],
    "LOGIN": [b"Username:", b"Password:"],
    "CRAM-MD5": [b"<1@relay.example>"],
}

Script = Callable[[Heard], "str | Cut | None"]


@dataclass
class ScriptedRelay:
    """`script` gives the answer to a step, or None for the usual one."""

    extensions: list[str] = field(
        default_factory=lambda: ["PIPELINING", "SIZE 10240000", "8BITMIME", "SMTPUTF8"]
    )
    script: Script = lambda heard: None
    # Seconds before each answer.
    delay: float = 0.0
    tls: ssl.SSLContext | None = None
    # Said in one breath with the 220 of STARTTLS.
    injected: bytes = b""
    heard: list[Heard] = field(default_factory=list)
    mails: list[Taken] = field(default_factory=list)
    # Mechanism and what was said for it, decoded.
    logins: list[tuple[str, ...]] = field(default_factory=list)
    # Commands that came before the one before them was answered.
    hasty: int = 0
    connections: int = 0
    open: int = 0
    url: str = ""

    @property
    def readers(self) -> list[str]:
        """Who got a mail, in the order they were accepted."""
        return [mail.recipient for mail in self.mails]

    def verbs(self, *, of: int = 1) -> list[str]:
        """The commands of one connection."""
        return [heard.verb for heard in self.heard if heard.connection == of]


class Hung(Exception):
    """The relay has hung up."""


class _Session:
    def __init__(
        self, relay: ScriptedRelay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        relay.connections += 1
        self.relay, self.reader, self.writer = relay, reader, writer
        self.number = relay.connections
        self.sender = self.recipient = ""

    async def run(self) -> None:
        await self.answer("CONNECT", "", "220 relay.example ready")
        while line := await self.reader.readline():
            verb, _, words = line.decode().rstrip("\r\n").partition(" ")
            if self.reader._buffer:
                self.relay.hasty += 1
            await self.obey(verb.upper(), words)

    async def obey(self, verb: str, words: str) -> None:
        if verb in {"MAIL", "RCPT"}:
            await self.hear_path(verb, words)
        elif verb == "DATA":
            usual = "354 go ahead" if self.recipient else "503 5.5.1 nobody to send to"
            if (await self.answer(verb, words, usual)).startswith("354"):
                await self.take_text()
        elif verb == "EHLO":
            *lines, last = ["relay.example greets you", *self.relay.extensions]
            said = "".join(f"250-{line}\r\n" for line in lines)
            await self.answer(verb, words, f"{said}250 {last}")
        elif verb == "AUTH":
            await self.log_in(*words.split())
        elif verb == "STARTTLS":
            await self.start_tls(words)
        else:
            self.sender = self.recipient = ""
            await self.answer(verb, words, "221 bye" if verb == "QUIT" else "250 2.0.0 OK")

    async def hear_path(self, verb: str, words: str) -> None:
        path = words.partition("<")[2].partition(">")[0]
        is_taken = (await self.answer(verb, words, "250 2.1.0 fine")).startswith("2")
        if verb == "MAIL":
            self.sender = path if is_taken else ""
        else:
            self.recipient = path if is_taken else ""

    async def log_in(self, mechanism: str, *said: str) -> None:
        responses = list(said)
        for challenge in CHALLENGES[mechanism]:
            self.writer.write(b"334 " + b64encode(challenge) + b"\r\n")
            responses.append((await self.reader.readline()).decode().strip())
        decoded = (b64decode(one).decode() for one in responses)
        self.relay.logins.append((mechanism, *decoded))
        await self.answer("AUTH", mechanism, "235 2.7.0 welcome")

    async def take_text(self) -> None:
        lines = []
        while (line := await self.reader.readline()) != b".\r\n":
            if not line:
                raise Hung
            if not lines and isinstance(cut := self.relay.script(self.heard("HEAD", "")), Cut):
                self.hang_up(cut)
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        sender, recipient = self.sender, self.recipient
        self.sender = self.recipient = ""
        usual = "250 2.0.0 taken" if recipient else "554 5.5.1 nobody to send to"
        mail = Taken(self.number, sender, recipient, b"".join(lines))
        await self.answer("TEXT", recipient, usual, mail=mail)

    async def answer(self, verb: str, words: str, usual: str, *, mail: Taken | None = None) -> str:
        heard = self.heard(verb, words)
        self.relay.heard.append(heard)
        said = self.relay.script(heard)
        if isinstance(said, Cut):
            self.hang_up(said)
        said = usual if said is None else said
        assert isinstance(said, str)
        await asyncio.sleep(self.relay.delay)
        if mail is not None and said.startswith("2"):
            self.relay.mails.append(mail)
        self.writer.write(f"{said}\r\n".encode())
        await self.writer.drain()
        return said

    def heard(self, verb: str, words: str) -> Heard:
        return Heard(self.number, verb, words)

    def hang_up(self, cut: Cut) -> None:
        self.writer.write(cut.after)
        if cut.rudely:
            self.writer.transport.abort()
        raise Hung

    async def start_tls(self, words: str) -> None:
        assert self.relay.tls is not None
        self.relay.heard.append(self.heard("STARTTLS", words))
        self.writer.write(b"220 2.0.0 go ahead\r\n" + self.relay.injected)
        await self.writer.drain()
        await self.writer.start_tls(self.relay.tls)


@contextmanager
def scripted_relay(*, tls: ssl.SSLContext | None = None, is_tls: bool = False, **values: object):
    """A relay while the block runs; `is_tls`: from the first byte on."""
    relay = ScriptedRelay(tls=tls, **values)
    loop = asyncio.new_event_loop()
    with _running(loop):
        start = asyncio.start_server(
            lambda *streams: _serve(relay, *streams),
            "127.0.0.1",
            0,
            ssl=tls if is_tls else None,
            limit=2**24,
        )
        server = asyncio.run_coroutine_threadsafe(start, loop).result(10)
        port = server.sockets[0].getsockname()[1]
        relay.url = f"smtp://127.0.0.1:{port}"
        yield relay
        loop.call_soon_threadsafe(server.close)


async def _serve(
    relay: ScriptedRelay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
) -> None:
    relay.open += 1
    with suppress(Hung, OSError, asyncio.CancelledError):
        await _Session(relay, reader, writer).run()
    relay.open -= 1
    writer.close()


@contextmanager
def _running(loop: asyncio.AbstractEventLoop) -> Iterator[None]:
    loop.set_exception_handler(lambda *_: None)
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield
    asyncio.run_coroutine_threadsafe(_cancel_all(), loop).result(10)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(10)
    loop.close()


async def _cancel_all() -> None:
    tasks = asyncio.all_tasks() - {asyncio.current_task()}
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
