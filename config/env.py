"""Typed readers for settings that come from the environment.

Each reader returns a value of one type or raises `ImproperlyConfigured` naming the setting and the
form it takes. A secret may also be given as `<NAME>_FILE`, a path to a file that holds it.
"""

import hashlib
import os
import tempfile
from ipaddress import ip_network
from pathlib import Path
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}
# Bytes; 104 on macOS and 108 on Linux, with the zero at the end.
LONGEST_SOCKET = 100


def text(name: str, default: str = "") -> str:
    """The setting as text; `<NAME>_FILE` is read when the setting itself is not there."""
    value = os.environ.get(name, "").strip()
    file = os.environ.get(f"{name}_FILE", "").strip()
    if value and file:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set. Keep one of them.")
    if file:
        return _read_secret(name, file)
    return value or default


def line(name: str) -> str:
    """The setting as text without a line break or another control character."""
    value = text(name)
    if not value.isprintable():
        raise ImproperlyConfigured(f"{name} has a line break in it. Give it in one line.")
    return value


def secret_pair(name: str) -> str:
    """The setting as `name:password`; empty when it is not set."""
    value = text(name)
    if value and not all(value.partition(":")):
        raise ImproperlyConfigured(f"{name} must be name:password, both random.")
    return value


def flag(name: str, *, default: bool) -> bool:
    """The setting as yes or no."""
    value = text(name).lower()
    if not value:
        return default
    if value in TRUE | FALSE:
        return value in TRUE
    raise ImproperlyConfigured(f'{name} is "{value}". Set it to on or off.')


def words(name: str, default: str = "") -> list[str]:
    """The setting as a list, split at commas."""
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def networks(name: str) -> list[str]:
    """The setting as a list of IP addresses or networks in CIDR form."""
    values = words(name)
    for value in values:
        try:
            ip_network(value, strict=False)
        except ValueError as error:
            raise ImproperlyConfigured(
                f'{name} names "{value}". Give addresses or networks, such as 10.0.0.5,10.1.0.0/16.'
            ) from error
    return values


def choices(name: str, allowed: set[str], default: str) -> list[str]:
    """The setting as a list of at least one word; each must be one of `allowed`."""
    values = [word.lower() for word in words(name, default)]
    wrong = [value for value in values if value not in allowed]
    if wrong or not values:
        named = wrong[0] if wrong else ""
        listed = ", ".join(sorted(allowed))
        raise ImproperlyConfigured(f'{name} names "{named}". Allowed, with commas: {listed}.')
    return values


def choice(name: str, allowed: set[str], default: str) -> str:
    """The setting as one word of `allowed`."""
    value = text(name, default).lower()
    if value not in allowed:
        listed = " or ".join(sorted(allowed))
        raise ImproperlyConfigured(f'{name} is "{value}". Set it to {listed}.')
    return value


def time_zone(name: str, default: str) -> str:
    """The setting as the name of a zone in the IANA time zone database."""
    value = text(name, default)
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError) as error:
        raise ImproperlyConfigured(
            f'{name} is "{value}". Give an IANA time zone such as Europe/London.'
        ) from error
    return value


def number(name: str, default: int, *, low: int, high: int) -> int:
    """The setting as a whole number from `low` to `high`."""
    value = text(name) or str(default)
    if not (value.isascii() and value.isdigit() and low <= int(value) <= high):
        raise ImproperlyConfigured(f'{name} is "{value}". Give a number from {low} to {high}.')
    return int(value)


def local_socket(directory: Path) -> Path:
    """Where the broker that belongs to `directory` listens.

    The address of a unix socket holds about a hundred characters, so a long `directory` has its
    socket in the folder for temporary files.
    """
    path = directory / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET:
        return path
    mark = hashlib.sha256(os.fsencode(directory)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"newsletter-{os.getuid()}-{mark}" / "valkey.sock"


def _read_secret(name: str, file: str) -> str:
    try:
        value = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ImproperlyConfigured(
            f"{name}_FILE points to {file}, which cannot be read ({why})."
        ) from error
    if not value:
        raise ImproperlyConfigured(f"{name}_FILE points to {file}, which is empty.")
    return value
