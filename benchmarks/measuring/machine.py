"""On what it was measured."""

import os
import platform
from pathlib import Path

from django.db import connection


def machine() -> dict[str, str]:
    """Processor, cores, kernel, Python and database with the settings that matter."""
    return {
        "processor": f"{_model()}, {os.cpu_count()} cores",
        "kernel": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "database": _database(),
    }


def _model() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")),
        platform.machine(),
    )


def _database() -> str:
    with connection.cursor() as cursor:
        if connection.vendor != "postgresql":
            cursor.execute("SELECT sqlite_version()")
            return f"SQLite {cursor.fetchone()[0]}"
        said = {}
        for name in ("server_version", "shared_buffers", "fsync", "synchronous_commit"):
            cursor.execute(f"SHOW {name}")
            said[name] = cursor.fetchone()[0]
    version = said.pop("server_version").split(" ")[0]
    return f"PostgreSQL {version} ({', '.join(f'{name} {said[name]}' for name in said)})"
