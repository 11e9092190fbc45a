"""What the name servers say of a sender's domain: SPF, DKIM and DMARC.

Asked by a task and kept; a request only reads. All of it is advice: an operator may know better,
and a provider may sign and send under names of its own.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import dns.exception
import dns.resolver
from django.conf import settings

from newsletter.models import DomainCheck
from subscribers import loopback

# Texts at a name; empty when there are none. Raises NoAnswer when no server answered.
Ask = Callable[[str], list[str]]
Finding = tuple[str, str, str]

GOOD_FOR, BAD_FOR = timedelta(hours=6), timedelta(minutes=10)
SECONDS = 5.0
RESERVED = (".example", ".test", ".localhost", ".invalid")
NOT_SENT = "The sender's domain is not looked up: no mail leaves this machine."
NOT_REAL = "The sender's domain is not looked up: {domain} is a name for examples."
NOT_KNOWN = "No name server answered for {domain}; it is tried again."
NOT_YET = "The sender's domain is being looked up."


class NoAnswer(Exception):
    """No name server answered: nothing is known."""


class NotLooked(Exception):
    """It is not looked up, for the reason that the message gives."""


def known(*, address: str) -> DomainCheck | None:
    """What was last found out about the domain of `address`; None when nothing is known."""
    domain = domain_of(address)
    if _reason_not_to(domain):
        return None
    return DomainCheck.objects.filter(domain=domain, is_answered=True).first()


def remark(*, address: str) -> str:
    """Why nothing is known, in words for staff; "" when something is."""
    domain = domain_of(address)
    if reason := _reason_not_to(domain):
        return reason
    kept = DomainCheck.objects.filter(domain=domain).first()
    if kept is None:
        return NOT_YET
    return "" if kept.is_answered else NOT_KNOWN.format(domain=domain)


def check(*, address: str, now: datetime, ask: Ask | None = None) -> bool:
    """Look the domain of `address` up if that is due; whether it was."""
    domain = domain_of(address)
    kept = DomainCheck.objects.filter(domain=domain).first()
    if _reason_not_to(domain) or (kept is not None and not _is_old(kept, now)):
        return False
    try:
        findings, answered = list(judge(domain=domain, ask=ask or texts)), True
    except NoAnswer:
        # What was known before is better than nothing.
        findings, answered = (kept.findings if kept else []), False
    DomainCheck.objects.update_or_create(
        domain=domain,
        defaults={"findings": findings, "is_answered": answered, "checked_at": now},
    )
    return True


def ask_now(*, address: str, ask: Ask | None = None) -> list[Finding]:
    """What is missing or wrong at this moment; kept nowhere. Raises NotLooked or NoAnswer."""
    domain = domain_of(address)
    if reason := _reason_not_to(domain):
        raise NotLooked(reason)
    return list(judge(domain=domain, ask=ask or texts))


def judge(*, domain: str, ask: Ask) -> Iterator[Finding]:
    """What is missing or wrong: (code, message, what to do). Raises NoAnswer."""
    yield from _spf(domain, ask)
    yield from _dkim(domain, ask)
    yield from _dmarc(domain, ask)


def texts(name: str) -> list[str]:
    """The TXT records at `name`."""
    resolver = dns.resolver.Resolver()
    resolver.lifetime = SECONDS
    try:
        answer = resolver.resolve(name, "TXT")
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError):
        raise NoAnswer from None
    return [b"".join(row.strings).decode("utf-8", "replace") for row in answer]


def _spf(domain: str, ask: Ask) -> Iterator[Finding]:
    """RFC 7208: one record, and not one that lets everybody send (section 8.1, "+all")."""
    records = [text for text in ask(domain) if text.lower().split(" ")[0] == "v=spf1"]
    todo = f"Let whoever looks after the names of {domain} set the record that the provider gives."
    if not records:
        yield "no_spf", f"{domain} has no SPF record: it does not say who may send for it.", todo
    elif len(records) > 1:
        yield "two_spf", f"{domain} has {len(records)} SPF records, so none counts.", "Leave one."
    elif {"+all", "all"} & set(records[0].lower().split()):
        yield "open_spf", f"The SPF record of {domain} lets everybody send in its name.", todo


def _dkim(domain: str, ask: Ask) -> Iterator[Finding]:
    """Selectors cannot be listed (RFC 6376 section 3.6.2.1): those of DKIM_SELECTORS are tried."""
    tried = settings.DKIM_SELECTORS
    for selector in tried:
        if any(_has_key(text) for text in ask(f"{selector}._domainkey.{domain}")):
            return
    yield (
        "no_dkim",
        f"No DKIM key of {domain} was found at: {', '.join(tried)}.",
        "Name the provider's selector in DKIM_SELECTORS, or set the key that the provider gives.",
    )


def _has_key(text: str) -> bool:
    """An empty p= is a key that was withdrawn."""
    tags = dict(part.strip().partition("=")[::2] for part in text.split(";"))
    return bool(tags.get("p", "").strip())


def _dmarc(domain: str, ask: Ask) -> Iterator[Finding]:
    """RFC 7489: at the domain itself, else at the one above it that stands for all its names."""
    parts = domain.split(".")
    for start in range(max(1, len(parts) - 1)):
        name = "_dmarc." + ".".join(parts[start:])
        if any(text.lower().replace(" ", "").startswith("v=dmarc1") for text in ask(name)):
            return
    yield (
        "no_dmarc",
        f"{domain} has no DMARC record; Gmail and Yahoo want one of who sends many mails.",
        f'Set a TXT record at _dmarc.{domain}, to begin with "v=DMARC1; p=none".',
    )


def domain_of(address: str) -> str:
    """What is behind the at-sign, as name servers know it."""
    return address.rpartition("@")[2].strip().rstrip(".").lower()


def _reason_not_to(domain: str) -> str:
    if not domain or f".{domain}".endswith(RESERVED):
        return NOT_REAL.format(domain=domain or "it")
    providers = set(settings.EMAIL_PROVIDERS)
    if providers <= {"outbox"} or (providers <= {"outbox", "smtp"} and _is_local_relay()):
        return NOT_SENT
    return ""


def _is_local_relay() -> bool:
    host = urlsplit(settings.EMAIL_URL).hostname or ""
    return settings.DEBUG and host in loopback.HOSTS


def _is_old(kept: DomainCheck, now: datetime) -> bool:
    good = kept.is_answered and not kept.findings
    return now - kept.checked_at >= (GOOD_FOR if good else BAD_FOR)
