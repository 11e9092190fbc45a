"""Readers for settings that are addresses: this site, other sites, database, broker, relay, sender.

As in `config.env`, a wrong value raises `ImproperlyConfigured` with the name and the form. A value
that may hold a password is never repeated.
"""

import re
from email.utils import parseaddr
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from config.env import text, words
from subscribers import loopback

_HOST = re.compile(r"\*|\.?[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*|\[[0-9A-Fa-f:.]+\]")
_MAILBOX = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)*")
# Two windows of 50 readers are open at a time, so more would be idle.
MOST_CONNECTIONS = 100
_DATABASE = "Give postgres://user:password@host:port/database or sqlite:////path."


def site_url(name: str, default: str) -> str:
    """The setting as the scheme and host of this site, without a slash at the end."""
    value = text(name, default).rstrip("/")
    if not _is_site(value):
        raise ImproperlyConfigured(
            f'{name} is "{value}". Give scheme and host only, such as https://news.example.org.'
        )
    return value


def origins(name: str) -> list[str]:
    """The setting as a list of sites, each with scheme and host."""
    values = [value.rstrip("/") for value in words(name)]
    for value in values:
        if not _is_site(value):
            raise ImproperlyConfigured(
                f'{name} names "{value}". Give scheme and host, such as https://www.example.org.'
            )
    return values


def hosts(name: str, default: str) -> list[str]:
    """The setting as a list of host names, as Django's ALLOWED_HOSTS takes them."""
    values = words(name, default)
    for value in values:
        if not _HOST.fullmatch(value):
            raise ImproperlyConfigured(
                f'{name} names "{value}". Give hosts only, such as news.example.org.'
            )
    return values


def database(name: str, *, file: Path) -> dict[str, object]:
    """The setting as Django's connection dictionary; SQLite in `file` when it is not set."""
    value = text(name)
    if not value:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(file)}
    if _scheme(value) not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"{name} must start with sqlite:/// or postgres:// (user:password@host:port/database)."
        )
    try:
        config = dict(environ.Env.db_url_config(value))
    except ValueError as error:
        # Its own words may repeat the password.
        raise ImproperlyConfigured(f"{name} cannot be read. {_DATABASE}") from error
    if not config["NAME"]:
        raise ImproperlyConfigured(f"{name} names no database. {_DATABASE}")
    return config


def url(name: str, default: str, *, schemes: set[str]) -> str:
    """The setting as an address whose scheme is one of `schemes`; empty when it is not set."""
    value = text(name, default)
    if not value:
        return ""
    if _scheme(value) not in schemes:
        listed = ", ".join(f"{scheme}://" for scheme in sorted(schemes))
        raise ImproperlyConfigured(f"{name} must start with {listed}.")
    parts = _split(value)
    if parts is None or not (parts.path if parts.scheme == "unix" else parts.hostname):
        scheme = _scheme(value)
        form = "unix:///path" if scheme == "unix" else f"{scheme}://user:password@host:port"
        raise ImproperlyConfigured(f"{name} cannot be read. Give {form}.")
    return value


def relay(name: str, default: str) -> str:
    """The setting as the address of an SMTP relay, with `?connections=` when it says how many."""
    value = url(name, default, schemes={"smtp", "smtp+tls", "smtp+ssl"})
    for key, number in parse_qsl(urlsplit(value).query, keep_blank_values=True):
        if key != "connections":
            raise ImproperlyConfigured(f'{name} has "{key}" behind the ?. Give connections only.')
        if not (number.isdecimal() and 1 <= int(number) <= MOST_CONNECTIONS):
            raise ImproperlyConfigured(
                f"{name} has connections={number}. Give a number from 1 to {MOST_CONNECTIONS}."
            )
    return value


def webhook(name: str, *, is_loopback_fine: bool) -> str:
    """The setting as an address to post to over https; empty when it is not set.

    `is_loopback_fine`: over http too, to this machine. Its path is often a secret.
    """
    value = text(name)
    parts = _split(value)
    if not value:
        return ""
    if parts is None or not parts.hostname or "@" in parts.netloc or not value.isprintable():
        raise ImproperlyConfigured(f"{name} cannot be read. Give https://host/path, no password.")
    if not _is_safe(parts, is_loopback_fine=is_loopback_fine):
        raise ImproperlyConfigured(
            f"{name} must start with https://. In DEBUG http:// to this machine is fine too."
        )
    return value


def dsn(name: str, *, is_loopback_fine: bool) -> str:
    """The setting as a DSN of Sentry; empty when it is not set. Its key is a secret."""
    value = text(name)
    parts = _split(value)
    if not value:
        return ""
    is_whole = parts is not None and bool(parts.username and parts.hostname)
    if parts is None or not is_whole or not parts.path.rpartition("/")[2].isdecimal():
        raise ImproperlyConfigured(f"{name} cannot be read. Give https://key@host/project.")
    if not _is_safe(parts, is_loopback_fine=is_loopback_fine):
        raise ImproperlyConfigured(
            f"{name} must start with https://. In DEBUG http:// to this machine is fine too."
        )
    return value


def mailbox(name: str, default: str) -> str:
    """The setting as an address of mail, with or without a name before it."""
    value = text(name, default)
    if not value.isprintable() or not _MAILBOX.fullmatch(parseaddr(value)[1]):
        raise ImproperlyConfigured(
            f'{name} is "{value}". Give Name <address>, such as News <news@example.org>.'
        )
    return value


def _scheme(value: str) -> str:
    return value.partition(":")[0].lower()


def _split(value: str) -> SplitResult | None:
    """The parts of an address; None when there are none, or its port is no number."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        return None
    return parts


def _is_safe(parts: SplitResult, *, is_loopback_fine: bool) -> bool:
    """Over TLS, or where that is fine in the clear to this machine."""
    if parts.scheme == "http":
        return is_loopback_fine and parts.hostname in loopback.HOSTS
    return parts.scheme == "https"


def _is_site(value: str) -> bool:
    parts = _split(value)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        return False
    # Nothing but scheme and host: no path, query, fragment or user.
    return value.partition("://")[2] == parts.netloc and "@" not in parts.netloc
