"""Typed readers for settings that come from the environment.

Each reader returns a value of one type or raises `ImproperlyConfigured` naming the setting and the
form it takes. A secret may also be given as `<NAME>_FILE`, a path to a file that holds it.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off"}


def load_dotenv(path: Path) -> None:
    """Read `path` (KEY=VALUE lines) into the environment; what is already set there wins."""
    if path.is_file():
        environ.Env.read_env(path)


def text(name: str, default: str = "") -> str:
    """The setting as text; `<NAME>_FILE` is read when the setting itself is not there."""
    value = os.environ.get(name, "").strip()
    file = os.environ.get(f"{name}_FILE", "").strip()
    if value and file:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set. Keep one of them.")
    if file:
        return _read_secret(name, file)
    return value or default


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


def choices(name: str, allowed: set[str], default: str) -> list[str]:
    """The setting as a list of words that must each be one of `allowed`."""
    values = [word.lower() for word in words(name, default)]
    for value in values:
        if value not in allowed:
            listed = ", ".join(sorted(allowed))
            raise ImproperlyConfigured(f'{name} names "{value}". Allowed, with commas: {listed}.')
    return values


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


def site_url(name: str, default: str) -> str:
    """The setting as the scheme and host of this site, without a slash at the end."""
    value = text(name, default).rstrip("/")
    parts = urlsplit(value)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path:
        raise ImproperlyConfigured(
            f'{name} is "{value}". Give scheme and host only, such as https://news.example.org.'
        )
    return value


def database(name: str, default: str) -> Mapping[str, object]:
    """The setting as Django's connection dictionary (`sqlite:///path` or `postgres://...`)."""
    value = text(name, default)
    if urlsplit(value).scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(
            f"{name} must start with sqlite:/// or postgres:// (user:password@host:port/database)."
        )
    parsed: Mapping[str, object] = environ.Env.db_url_config(value)
    return parsed


def url(name: str, default: str, *, schemes: set[str]) -> str:
    """The setting as an address whose scheme is one of `schemes`; empty when it is not set."""
    value = text(name, default)
    if value and urlsplit(value).scheme not in schemes:
        raise ImproperlyConfigured(
            f"{name} must start with {', '.join(s + '://' for s in sorted(schemes))}."
        )
    return value


def _read_secret(name: str, file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE points to {file}, which cannot be read ({error.strerror})."
        ) from error
