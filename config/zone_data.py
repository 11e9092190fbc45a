"""The rules of the world's clocks: the newer of the machine's database and the one we ship.

Python prefers the machine's whatever its age, and countries change their clocks at weeks' notice:
Morocco did in September 2026. An old database sends a morning's mail an hour early or late.
"""

import os
import zoneinfo
from collections.abc import Sequence
from pathlib import Path

import tzdata

# As the database's own makers call their releases; they sort as words.
SHIPPED: str = tzdata.IANA_VERSION
FIRST_LINE = "# version "


def use_newest() -> None:
    """Have `zoneinfo` read the newer one; whoever sets PYTHONTZPATH has chosen himself."""
    if "PYTHONTZPATH" not in os.environ and is_older(zoneinfo.TZPATH):
        # Without a path it reads the package.
        zoneinfo.reset_tzpath(to=())
        zoneinfo.ZoneInfo.clear_cache()


def is_older(path: Sequence[str]) -> bool:
    """Whether the machine's database in `path` is older than ours; no, if it does not say."""
    version = version_in(path)
    return version != "" and version < SHIPPED


def version_in(path: Sequence[str]) -> str:
    """The release of the first database in `path` ("2025b"), "" where it does not say."""
    for folder in path:
        source = Path(folder) / "tzdata.zi"
        if source.is_file():
            with source.open(encoding="utf-8") as lines:
                first = lines.readline().strip()
            return first.removeprefix(FIRST_LINE) if first.startswith(FIRST_LINE) else ""
    return ""
