"""Settings: what the system checks refuse, and what only looks wrong."""

from collections.abc import Iterator
from email.utils import parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core import checks
from django.http.request import validate_host

from config.checks import LONG_ENOUGH, OWN, secret_key
from config.doctor.findings import failed, ok, warning
from config.watching.readiness import Check
from newsletter.release.domains import RESERVED
from subscribers import loopback

# Random words have many different signs; a name or a row of zeros has not.
FEWEST_SIGNS = 12
RANDOM = "python -c 'import secrets; print(secrets.token_urlsafe(50))'"


def look() -> Iterator[Check]:
    """Everything that can be said without asking anybody."""
    yield from _system_checks()
    yield _debug()
    if not settings.DEBUG:
        yield from _keys()
        yield from _in_front()
    yield _sender()


def is_local() -> bool:
    """Whether SITE_URL leads to this machine only."""
    return (urlsplit(settings.SITE_URL).hostname or "") in loopback.HOSTS


def _system_checks() -> Iterator[Check]:
    found = [one for one in checks.run_checks() if one.level >= checks.WARNING]
    for one in found:
        kind = failed if one.level >= checks.ERROR else warning
        remedy = one.hint or "docs/settings.md says what each setting takes."
        yield kind(str(one.id or "check"), " ".join(str(one.msg).split()), remedy)
    if not found:
        yield ok("system checks", "nothing to say")


def _debug() -> Check:
    if not settings.DEBUG:
        return ok("DEBUG", "off")
    if not is_local():
        return failed(
            "DEBUG",
            "on, and SITE_URL is no address of this machine: error pages show what is inside",
            "Set DEBUG=off.",
        )
    if set(settings.EMAIL_PROVIDERS) - OWN:
        return warning("DEBUG", "on, and mail leaves this machine", "Set DEBUG=off.")
    return ok("DEBUG", "on, as for development: not for real readers")


def _keys() -> Iterator[Check]:
    keys = {"SECRET_KEY": secret_key(), "HASH_KEY": settings.HASH_KEY}
    if any(len(key) < LONG_ENOUGH for key in keys.values()):
        # A system check has said so.
        return
    for name, key in keys.items():
        if len(set(key)) < FEWEST_SIGNS:
            yield failed(name, "has few different signs and can be guessed", f"Make one: {RANDOM}")
    if keys["SECRET_KEY"] == keys["HASH_KEY"]:
        yield warning(
            "keys",
            "SECRET_KEY and HASH_KEY are the same, so neither can be changed alone",
            f"Before the first reader signs up, make another HASH_KEY: {RANDOM}",
        )
    else:
        yield ok("keys", "SECRET_KEY and HASH_KEY are there and differ")


def _in_front() -> Iterator[Check]:
    host = urlsplit(settings.SITE_URL).hostname or ""
    if not validate_host(host, settings.ALLOWED_HOSTS):
        yield failed(
            "ALLOWED_HOSTS",
            f"does not name {host}, so the site refuses every page",
            f"Add {host} to ALLOWED_HOSTS, or unset it.",
        )
    if not settings.TRUSTED_PROXIES:
        yield warning(
            "TRUSTED_PROXIES",
            "empty: behind a proxy all readers look like one, and https like http",
            "Name the address of the proxy in front, such as TRUSTED_PROXIES=127.0.0.1.",
        )


def _sender() -> Check:
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    if address.endswith(RESERVED) and set(settings.EMAIL_PROVIDERS) - {"outbox"}:
        return warning(
            "DEFAULT_FROM_EMAIL",
            f"{address} is a name for examples, and mail to staff would come from it",
            "Set DEFAULT_FROM_EMAIL to an address of yours.",
        )
    return ok("DEFAULT_FROM_EMAIL", address)
