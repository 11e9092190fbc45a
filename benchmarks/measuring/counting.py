"""Counting statements in the workers, where the database does not count them itself.

Celery loads it into each worker (`--include`); every process has a place of its own in a file, so
that none waits for another.
"""

import mmap
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connections
from django.db.backends.signals import connection_created

# Names the file; set by the benchmark.
FILE = "BENCH_STATEMENTS"
_PLACES = 65_536
_BRACKET = re.compile(r"\s*(BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|PRAGMA)", re.IGNORECASE)


class Places:
    """A number for each process id; the file is sparse."""

    def __init__(self, path: Path) -> None:
        with path.open("a+b") as file:
            file.truncate(8 * _PLACES)
            self._map = mmap.mmap(file.fileno(), 8 * _PLACES)
        self._numbers = memoryview(self._map).cast("Q")

    def add(self, pid: int) -> None:
        """One more of this process."""
        self._numbers[pid % _PLACES] += 1

    def total(self) -> int:
        """Of all processes."""
        return sum(self._numbers)


def counts(sql: str) -> bool:
    """Whether it is a statement, and not the brackets around some."""
    return _BRACKET.match(sql) is None


def install(path: Path) -> None:
    """Count what this process and those forked from it ask the database."""
    places = Places(path)

    def count(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
        if counts(sql):
            places.add(os.getpid())
        return execute(sql, *rest)

    def watch(connection: Any, **_: Any) -> None:
        if count not in connection.execute_wrappers:
            connection.execute_wrappers.append(count)

    connection_created.connect(watch, weak=False)
    for connection in connections.all(initialized_only=True):
        watch(connection)


if FILE in os.environ:
    install(Path(os.environ[FILE]))
