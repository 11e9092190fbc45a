"""The second provider: a relay that takes all, for when the first refuses us."""

import asyncio
import threading
from email import message_from_bytes, policy
from email.message import EmailMessage

from benchmarks.soaking.book import Book

_LARGEST = 2**22


class Relay:
    """Listens on a free port of loopback; offers no PIPELINING."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._loop = asyncio.new_event_loop()
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        begun = asyncio.start_server(self._serve, "127.0.0.1", 0, limit=_LARGEST)
        self._server = asyncio.run_coroutine_threadsafe(begun, self._loop).result(10)
        self.port: int = self._server.sockets[0].getsockname()[1]

    def stop(self) -> None:
        self._loop.call_soon_threadsafe(self._server.close)
        self._loop.call_soon_threadsafe(self._loop.stop)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 relay ready\r\n")
        recipient = ""
        while line := await reader.readline():
            verb = line[:4].upper()
            if verb == b"RCPT":
                recipient = line.decode().partition("<")[2].partition(">")[0]
            if verb == b"DATA":
                writer.write(b"354 go ahead\r\n")
                content = await reader.readuntil(b"\r\n.\r\n")
                self._take(recipient, content)
            writer.write(b"221 bye\r\n" if verb == b"QUIT" else b"250 2.0.0 OK\r\n")
            if verb == b"QUIT":
                break
        writer.close()

    def _take(self, recipient: str, content: bytes) -> None:
        mail = message_from_bytes(content.replace(b"\r\n..", b"\r\n."), policy=policy.default)
        assert isinstance(mail, EmailMessage)
        text = mail.get_body(("plain",))
        words = str(text.get_content()) if text else ""
        self._book.take("relay", {"source": _source(mail)}, recipient, words)


def _source(mail: EmailMessage) -> str:
    """ "digest:12" or "notice:7" of the Message-ID: <12.345@domain>, <notice.7.mark@domain>."""
    first, second, *_ = str(mail["Message-ID"]).strip("<> ").partition("@")[0].split(".")
    return f"notice:{second}" if first == "notice" else f"digest:{first}"
