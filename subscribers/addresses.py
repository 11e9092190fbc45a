"""Addresses: what people type, what is mailed, and what makes two spellings one person."""

from dataclasses import dataclass

import idna
from django.utils.translation import gettext_lazy as _
from email_validator import EmailNotValidError, validate_email

NOTHING_TYPED = _("Type your e-mail address.")
NO_AT = _("That address has no @.")
NOT_AN_ADDRESS = _("That does not look like a full address. Is there a slip in it?")
OTHER_LETTERS = _("We cannot send to an address with these letters before the @ yet.")

_LONGEST = 254
# Slips that are nobody's mailbox; a hint only, never a correction.
_MEANT = {
    "gmial.com": "gmail.com",
    "gmai.com": "gmail.com",
    "gmail.co": "gmail.com",
    "gmail.con": "gmail.com",
    "gnail.com": "gmail.com",
    "gamil.com": "gmail.com",
    "hotmial.com": "hotmail.com",
    "hotmail.con": "hotmail.com",
    "outlok.com": "outlook.com",
    "outlook.con": "outlook.com",
    "yaho.com": "yahoo.com",
    "yahoo.con": "yahoo.com",
    "iclod.com": "icloud.com",
    "icloud.con": "icloud.com",
}


class AddressError(ValueError):
    """Not an address we can mail; its text is a sentence for the person who typed it."""


@dataclass(frozen=True, slots=True)
class Address:
    """`mailable`: as typed, the domain in ASCII. `key`: the same for all spellings of a mailbox.

    `shown` turns `mailable` back into what was typed.
    """

    mailable: str
    key: str

    @property
    def domain(self) -> str:
        """In ASCII and lower case: what suppressed domains are matched by."""
        return domain_of(self.key)


def parse(typed: str) -> Address:
    """Read an address that somebody typed; raises AddressError with a sentence for him.

    Letter case makes no other person; dots and "+" do, because only some providers ignore them.
    """
    typed = typed.strip()
    if not typed:
        raise AddressError(NOTHING_TYPED)
    if "@" not in typed:
        raise AddressError(NO_AT)
    if len(typed) > _LONGEST:
        raise AddressError(NOT_AN_ADDRESS)
    return _validated(typed)


def normalise(address: str) -> str:
    """The key of an address: what makes two spellings one person; raises AddressError."""
    return parse(address).key


def domain_of(address: str) -> str:
    """What stands behind the @."""
    return address.rpartition("@")[2]


def meant(address: str) -> str:
    """The address that was probably meant ("x@gmail.com" for "x@gmial.com"), else ""."""
    local, _at, domain = address.strip().rpartition("@")
    better = _MEANT.get(domain.lower())
    return f"{local}@{better}" if local and better else ""


def shown(address: str) -> str:
    """A mailable address as people write it: "anna@bücher.example"."""
    local, at, domain = address.rpartition("@")
    return f"{local}{at}{_readable(domain)}"


def mask(address: str) -> str:
    """ "a•••@example.org": enough to know one's own, too little to learn another's."""
    local, _at, domain = shown(address).rpartition("@")
    return f"{local[:1]}•••@{domain}"


def spellings(address: str) -> frozenset[str]:
    """How an address that we mail may be written in old words: its domain also in its letters."""
    local, _at, domain = address.rpartition("@")
    return frozenset({address, address.lower(), f"{local}@{_readable(domain)}"})


def _validated(typed: str) -> Address:
    try:
        found = validate_email(typed, check_deliverability=False, allow_smtputf8=True)
    except (EmailNotValidError, UnicodeError) as error:
        raise AddressError(NOT_AN_ADDRESS) from error
    if found.smtputf8 and not found.local_part.isascii():
        raise AddressError(OTHER_LETTERS)
    domain = domain_of(typed)
    if domain.lower() != found.ascii_domain:
        domain = found.ascii_domain
    mailable = f"{found.local_part}@{domain}"
    if len(mailable) > _LONGEST:
        raise AddressError(NOT_AN_ADDRESS)
    return Address(mailable=mailable, key=mailable.lower())


def _readable(domain: str) -> str:
    if "xn--" not in domain.lower():
        return domain
    try:
        return idna.decode(domain)
    except (idna.IDNAError, UnicodeError):
        return domain
