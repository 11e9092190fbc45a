"""Header lines: those that all readers share as bytes, the others written for each reader."""

import re
import time
from collections.abc import Callable, Iterator
from email.headerregistry import UnstructuredHeader
from email.utils import formatdate
from functools import lru_cache

from subscribers.mailing.messages import PLACEHOLDER, Mailing, Recipient, fill
from subscribers.mailing.mime.addresses import is_plain, mailbox, on_the_wire
from subscribers.mailing.mime.policy import LONGEST_LINE, POLICY, one_line

Write = Callable[[Recipient], bytes]

# What the standard library would write as it stands: no control signs, no encoded words.
_PLAIN = re.compile(r"(?!.*=\?)[ -~]+")
_PLAIN_ID = re.compile(r"<[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9.-]+>")


def lines(mailing: Mailing) -> Iterator[bytes | Write]:
    """The header lines of a mailing in their order; raises ValueError for a sender that is none."""
    yield _line("From", mailbox(mailing.from_name, on_the_wire(mailing.from_address)))
    yield _to
    yield _fixed_or_personal("Subject", mailing.subject)
    yield _date
    yield _message_id
    if mailing.reply_to:
        yield _line("Reply-To", mailing.reply_to)
    for name, value in mailing.headers.items():
        if name.lower() != "message-id":
            yield _fixed_or_personal(name, value)


def _fixed_or_personal(name: str, template: str) -> bytes | Write:
    if not PLACEHOLDER.search(template):
        return _line(name, one_line(template))
    is_free_text = isinstance(POLICY.header_factory(name, "x"), UnstructuredHeader)

    def write(recipient: Recipient) -> bytes:
        value = one_line(fill(template, recipient.values))
        if is_free_text and _PLAIN.fullmatch(value) and len(name) + len(value) < LONGEST_LINE - 2:
            return f"{name}: {value}\r\n".encode("ascii")
        return _line(name, value)

    return write


def _to(recipient: Recipient) -> bytes:
    if is_plain(recipient.address):
        return f"To: {recipient.address}\r\n".encode("ascii")
    address = on_the_wire(recipient.address)
    if not address.isascii():
        # Only over SMTPUTF8, whose headers are UTF-8 (RFC 6532 section 3.2).
        return f"To: {address}\r\n".encode()
    return _line("To", mailbox("", address))


def _message_id(recipient: Recipient) -> bytes:
    if _PLAIN_ID.fullmatch(recipient.message_id):
        return f"Message-ID: {recipient.message_id}\r\n".encode("ascii")
    return _line("Message-ID", recipient.message_id)


def _date(_: Recipient) -> bytes:
    return _date_at(int(time.time()))


@lru_cache(maxsize=1)
def _date_at(second: int) -> bytes:
    return f"Date: {formatdate(second)}\r\n".encode("ascii")


def _line(name: str, value: object) -> bytes:
    """One header as the standard library writes it, encoded words and all."""
    header = POLICY.header_factory(name, value)
    return POLICY.fold_binary(name, header)
