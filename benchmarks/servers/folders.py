"""A folder for one run; those of runs that were killed are taken away first."""

import os
import shutil
import tempfile
from collections.abc import Callable
from pathlib import Path

from benchmarks.servers.processes import is_running


def new_folder(*, prefix: str, end: Callable[[Path], None] = lambda _: None) -> Path:
    """`prefix` tells the kinds of runs apart; `end` stops what may still run in an old folder."""
    # A short path: the address of a unix socket holds about a hundred characters.
    place = Path("/tmp")
    for old in place.glob(f"{prefix}*-*"):
        number = old.name.removeprefix(prefix).partition("-")[0]
        if number.isdigit() and not is_running(int(number)):
            end(old)
            shutil.rmtree(old, ignore_errors=True)
    return Path(tempfile.mkdtemp(prefix=f"{prefix}{os.getpid()}-", dir=place))
