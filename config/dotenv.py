"""The file `.env`: settings for one copy, one NAME=VALUE a line."""

import io
import os
import re
from pathlib import Path

import environ
from django.core.exceptions import ImproperlyConfigured

_SETTING = re.compile(r"(export )?[A-Za-z_][A-Za-z0-9_]*=.*")


def load(default: Path) -> None:
    """Read the file that ENV_FILE names, else `default` if it is there, into the environment.

    What is set in the environment already wins. Raises ImproperlyConfigured when the file cannot
    be read or a line is no setting; the line itself is not repeated, as it may hold a secret.
    """
    named = os.environ.get("ENV_FILE", "").strip()
    path = Path(named) if named else default
    if not named and not path.exists():
        return
    settings = []
    for number, line in enumerate(_read(path, named=bool(named)).splitlines(), start=1):
        text = line.strip()
        if not text or text.startswith("#"):
            continue
        if not _SETTING.fullmatch(text):
            raise ImproperlyConfigured(
                f"Line {number} of {path} is no setting. Write NAME=VALUE, or # before a comment."
            )
        settings.append(text)
    environ.Env.read_env(io.StringIO("\n".join(settings)))


def _read(path: Path, *, named: bool) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        source = "ENV_FILE names" if named else "Settings are read from"
        raise ImproperlyConfigured(f"{source} {path}, which cannot be read ({why}).") from error
