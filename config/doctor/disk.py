"""The folders that are written to, and the room there is."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from config.checks import refuse_uncollected
from config.doctor.findings import failed, ok, warning
from config.watching.readiness import Check

GB = 1_000_000_000
LITTLE, TOO_LITTLE = 2 * GB, GB // 5


def look() -> Iterator[Check]:
    """VAR_DIR, MEDIA_ROOT and, for production, the collected style sheets."""
    yield _folder("VAR_DIR", Path(settings.VAR_DIR))
    yield _folder("pictures", Path(settings.MEDIA_ROOT))
    if not settings.DEBUG:
        yield _collected()


def _folder(name: str, path: Path) -> Check:
    there = _nearest(path)
    try:
        with tempfile.NamedTemporaryFile(dir=there, prefix=".doctor-"):
            pass
        free = shutil.disk_usage(there).free
    except OSError as error:
        return failed(
            name,
            f"{path} cannot be written: {error.strerror}",
            f"Give it to the user that runs the service: chown -R USER {path}",
        )
    detail = f"{path} can be written, {free / GB:,.1f} GB are free"
    remedy = "Make room: nothing is handed over while what is sent cannot be written down."
    if free < TOO_LITTLE:
        return failed(name, detail, remedy)
    return warning(name, detail, remedy) if free < LITTLE else ok(name, detail)


def _nearest(path: Path) -> Path:
    """The folder itself, or the one that it would be made in."""
    while not path.exists() and path != path.parent:
        path = path.parent
    return path


def _collected() -> Check:
    try:
        refuse_uncollected()
    except ImproperlyConfigured:
        return failed(
            "style sheets", "are not collected", "Run manage.py collectstatic --no-input."
        )
    return ok("style sheets", "are collected")
