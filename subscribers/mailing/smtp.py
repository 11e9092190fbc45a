"""Mail to an SMTP relay, one reader after another, with an answer for each.

What each step's answer means is in the table of answers (docs/delivery.md). The relay may not act
on a message before it has the final dot (RFC 5321 section 4.1.1.4), so whatever breaks before that
is known not to have been sent.
"""

import re
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import unquote, urlsplit

from django.conf import settings

from subscribers.mailing.answers import Answer, Failure, Kind
from subscribers.mailing.errors import scrub

CONNECT_TIMEOUT = 5.0
ANSWER_TIMEOUT = 20.0
_BAD_MAILBOX = re.compile(r"\b5\.1\.\d{1,3}\b")


class CallError(Exception):
    """The call cannot go on; `answer` says why. What was acknowledged before stays accepted."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.detail)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Refused:
    """One recipient that was not taken: for good, or for now (`again`)."""

    failure: Failure
    again: bool


class Connection:
    """One connection to the relay of EMAIL_URL, open while the `with` block runs."""

    def __init__(self) -> None:
        self._url = urlsplit(settings.EMAIL_URL)
        self._server: smtplib.SMTP | None = None

    def __enter__(self) -> Self:
        try:
            self._server = self._connect()
            self._log_in(self._server)
        except smtplib.SMTPResponseException as error:
            self.close()
            raise CallError(_of_greeting(error)) from error
        except (OSError, smtplib.SMTPException) as error:
            self.close()
            raise CallError(Answer(kind=Kind.NOT_SENT, detail=scrub(str(error)))) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(self, *, sender: str, recipient: str, message: bytes) -> Refused | None:
        """Hand over one mail. None: accepted. Raises CallError when the connection is of no use.

        `message` has CRLF line ends.
        """
        server = self._server
        assert server is not None, "use Connection in a with block"  # noqa: S101
        try:
            refused = _envelope(server, sender=sender, recipient=recipient)
        except (OSError, smtplib.SMTPException) as error:
            raise CallError(Answer(kind=Kind.NOT_SENT, detail=scrub(str(error)))) from error
        return refused or _content(server, message)

    def close(self) -> None:
        """Say goodbye if the relay still listens."""
        server, self._server = self._server, None
        if server is None:
            return
        try:
            server.quit()
        except (OSError, smtplib.SMTPException):
            server.close()

    def _connect(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "127.0.0.1", self._url.port
        if self._url.scheme == "smtp+ssl":
            context = ssl.create_default_context()
            return smtplib.SMTP_SSL(host, port or 465, timeout=CONNECT_TIMEOUT, context=context)
        server = smtplib.SMTP(host, port or 25, timeout=CONNECT_TIMEOUT)
        if self._url.scheme == "smtp+tls":
            server.starttls(context=ssl.create_default_context())
        return server

    def _log_in(self, server: smtplib.SMTP) -> None:
        server.ehlo_or_helo_if_needed()
        if self._url.username:
            server.login(unquote(self._url.username), unquote(self._url.password or ""))
        if server.sock is not None:
            server.sock.settimeout(ANSWER_TIMEOUT)


def _envelope(server: smtplib.SMTP, *, sender: str, recipient: str) -> Refused | None:
    """MAIL and RCPT; nothing of the message is on its way yet."""
    code, words = server.mail(sender)
    if code >= 500:
        _reset(server)
        raise CallError(Answer(kind=Kind.REFUSED, detail=_said(code, words)))
    if not _is_good(code):
        raise CallError(Answer(kind=Kind.THROTTLED, detail=_said(code, words)))
    code, words = server.rcpt(recipient)
    if code == 421:
        raise CallError(Answer(kind=Kind.THROTTLED, detail=_said(code, words)))
    if not _is_good(code):
        _reset(server)
        return _refused(code, words, of_mailbox=True)
    code, words = server.docmd("DATA")
    if code == 354:
        return None
    if code == 421:
        raise CallError(Answer(kind=Kind.THROTTLED, detail=_said(code, words)))
    _reset(server)
    return _refused(code, words, of_mailbox=False)


def _content(server: smtplib.SMTP, message: bytes) -> Refused | None:
    """The message and its final dot: from here on no answer means unknown."""
    try:
        server.send(_dot_stuffed(message))
        code, words = server.getreply()
    except (OSError, smtplib.SMTPException) as error:
        raise CallError(Answer(kind=Kind.UNKNOWN, detail=scrub(str(error)))) from error
    if _is_good(code):
        return None
    if code == 421:
        raise CallError(Answer(kind=Kind.THROTTLED, detail=_said(code, words)))
    if not 400 <= code < 600:
        # smtplib says -1 for a line that is no answer: it may mean anything.
        raise CallError(Answer(kind=Kind.UNKNOWN, detail=_said(code, words)))
    return _refused(code, words, of_mailbox=False)


def _is_good(code: int) -> bool:
    return 200 <= code < 300


def _reset(server: smtplib.SMTP) -> None:
    """Take the envelope back. A relay that hangs up instead has given its answer all the same."""
    with suppress(OSError, smtplib.SMTPException):
        server.rset()


def _dot_stuffed(message: bytes) -> bytes:
    """`message` as it goes over the wire (RFC 5321 section 4.5.2)."""
    body = message if message.endswith(b"\r\n") else message + b"\r\n"
    return re.sub(rb"(?m)^\.", b"..", body) + b".\r\n"


def _refused(code: int, words: bytes, *, of_mailbox: bool) -> Refused:
    said = _said(code, words)
    if code < 500:
        return Refused(failure=Failure(reason="try_again", detail=said), again=True)
    bad_mailbox = of_mailbox and _BAD_MAILBOX.search(said) is not None
    reason = "bad_mailbox" if bad_mailbox else "refused"
    failure = Failure(reason=reason, detail=said, suppress=bad_mailbox)
    return Refused(failure=failure, again=False)


def _of_greeting(error: smtplib.SMTPResponseException) -> Answer:
    """What a refusal to connect, greet or log in means for everything that waits."""
    words = error.smtp_error
    said = _said(error.smtp_code, words if isinstance(words, bytes) else words.encode())
    if isinstance(error, smtplib.SMTPAuthenticationError) and error.smtp_code >= 500:
        return Answer(kind=Kind.ACCOUNT, detail=said)
    if 400 <= error.smtp_code < 500:
        return Answer(kind=Kind.THROTTLED, detail=said)
    return Answer(kind=Kind.ACCOUNT, detail=said)


def _said(code: int, words: bytes) -> str:
    return scrub(f"{code} {words.decode('utf-8', 'replace')}")
