"""Addresses as they stand in headers and in the envelope."""

import re
from email.errors import MessageError
from email.headerregistry import Address

import idna

from subscribers.mailing.mime.policy import one_line

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
# What nearly every address is (RFC 5322 section 3.4.1, dot-atom); all others are parsed.
_PLAIN = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*")
# With letters of other scripts before the @ (RFC 6531 section 3.3); the library refuses those.
_WORD = r"[^\x00-\x20\x7f()<>\[\]:;@\\,.\"]+"
_INTERNATIONAL = re.compile(rf"({_WORD}(?:\.{_WORD})*)@({_WORD}(?:\.{_WORD})*)")
# A path between angle brackets can hold these in quotes only, and some relays not even then.
_UNSAFE = re.compile(r"[\x00-\x1f\x7f<>]")
# RFC 5321 section 4.5.3.1.3, without the brackets.
LONGEST = 254


def is_plain(address: str) -> bool:
    """Whether it can be written down as it is, in a header and in the envelope."""
    return len(address) <= LONGEST and _PLAIN.fullmatch(address) is not None


def on_the_wire(address: str) -> str:
    """`address` with its domain in ASCII (IDNA 2008); the part before the @ stays as it is.

    Raises ValueError when it is no address, or one that a line of SMTP cannot carry.
    """
    if is_plain(address):
        return address
    local, domain = _parts(address)
    # idna's error is a ValueError (UnicodeError).
    ascii_domain = domain if domain.isascii() else idna.encode(domain, uts46=True).decode("ascii")
    written = f"{local}@{ascii_domain}"
    if len(written) > LONGEST:
        raise ValueError("This address is longer than mail can carry.")
    return written


def _parts(address: str) -> tuple[str, str]:
    """What stands before and after the @, as it is written."""
    match = _INTERNATIONAL.fullmatch(address)
    if match:
        return match[1], match[2]
    try:
        parsed = Address(addr_spec=address)
    except (IndexError, MessageError) as error:
        # What the library raises for some of what is no address.
        raise ValueError("This is no address.") from error
    local, _, domain = parsed.addr_spec.rpartition("@")
    if not (local and domain) or _UNSAFE.search(parsed.addr_spec):
        raise ValueError("This is no address that mail can go to.")
    return local, domain


def mailbox(name: str, address: str) -> Address:
    """An address as the From and To headers take it."""
    return Address(display_name=one_line(name), addr_spec=address)
