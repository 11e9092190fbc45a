"""What one call in this process costs, the database's share among it."""

import time
from collections.abc import Callable

from django.db import connection
from django.test.utils import CaptureQueriesContext

from benchmarks.measuring import postgres, processor

BRACKETS = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")


def measured(work: Callable[[], object]) -> tuple[float, int]:
    """CPU seconds of this process and of the backend that serves it, and the statements."""
    backend = postgres.own_backend() if connection.vendor == "postgresql" else None
    with CaptureQueriesContext(connection) as statements:
        before = time.process_time() + _served(backend)
        work()
        used = time.process_time() + _served(backend) - before
    asked = [one for one in statements.captured_queries if not one["sql"].startswith(BRACKETS)]
    return used, len(asked)


def _served(backend: int | None) -> float:
    if backend is None:
        return 0.0
    return processor.of_stat((processor.PROC / str(backend) / "stat").read_text())[1]
