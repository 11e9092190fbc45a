"""What a run cost PostgreSQL: seconds of its backends, statements, bytes of a table."""

import re
import threading
from pathlib import Path

from django.db import connection

from benchmarks.measuring import processor

# Ours, in place of a statement of the service that says the same.
MARK = "bench_poll"
# What the server asks itself to check a foreign key.
_CHECKS = "^SELECT . FROM ONLY "
_BRACKETS = "BEGIN|COMMIT|ROLLBACK|SAVEPOINT|RELEASE|SET |SHOW |RESET|DEALLOCATE|START"


class Backends(threading.Thread):
    """Watches the processes of one database, because one that ends takes its count along.

    `skip`: backends that belong to the benchmark itself. Loses at most `EVERY` seconds of one that
    ends. Works where the server runs on this machine; elsewhere it finds nothing.
    """

    EVERY = 0.1

    def __init__(self, *, database: str, skip: set[int]) -> None:
        super().__init__(daemon=True)
        # "postgres: user database host(port) state", "postgres: autovacuum worker database".
        self._title = re.compile(rf"^postgres: .*\b{re.escape(database)}\b")
        self._skip = skip
        self._first: dict[int, float] = {}
        self._last: dict[int, float] = {}
        self._end = threading.Event()
        self._look(first=True)

    def run(self) -> None:
        while not self._end.wait(self.EVERY):
            self._look()

    def seconds(self) -> float | None:
        """Used since it was made; ends the watch. None: no such process was ever seen."""
        self._end.set()
        if self.is_alive():
            self.join()
        self._look()
        if not self._last:
            return None
        return sum(last - self._first.get(pid, 0.0) for pid, last in self._last.items())

    def _look(self, *, first: bool = False) -> None:
        for folder in processor.PROC.iterdir():
            if not folder.name.isdigit() or int(folder.name) in self._skip:
                continue
            pid = int(folder.name)
            seconds = self._seconds(folder)
            if seconds is not None:
                self._last[pid] = seconds
                if first:
                    self._first[pid] = seconds

    def _seconds(self, folder: Path) -> float | None:
        try:
            title = (folder / "cmdline").read_bytes().rstrip(b"\0").decode(errors="replace")
            if not self.is_ours(title):
                return None
            return processor.of_stat((folder / "stat").read_text())[1]
        except OSError:
            return None

    def is_ours(self, title: str) -> bool:
        """Whether a process that calls itself so works for the database."""
        leader = re.match(r"^postgres: parallel worker for PID (\d+)", title)
        if leader is not None:
            return int(leader[1]) in self._last
        return self._title.match(title) is not None


def own_backend() -> int:
    """The process that serves this one's connection."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def counts_statements() -> bool:
    """Whether the database counts them itself: PostgreSQL with pg_stat_statements loaded."""
    if connection.vendor != "postgresql":
        return False
    with connection.cursor() as cursor:
        cursor.execute("SHOW shared_preload_libraries")
        return "pg_stat_statements" in cursor.fetchone()[0]


def forget_statements() -> None:
    """Begin to count anew."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE EXTENSION IF NOT EXISTS pg_stat_statements")
        cursor.execute(
            "SELECT pg_stat_statements_reset(0, oid, 0) FROM pg_database"
            " WHERE datname = current_database()"
        )


def statements() -> list[tuple[int, float, str]]:
    """Calls, seconds and words of each statement since then, but for ours and brackets."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT calls, total_exec_time / 1000, query FROM pg_stat_statements s"
            " JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database()"
            " AND s.toplevel AND query !~* %s AND query !~ %s ORDER BY calls DESC",
            [rf"^\s*({_BRACKETS})", f"{MARK}|pg_stat_statements|pg_backend_pid|{_CHECKS}"],
        )
        return [(int(calls), float(seconds), query) for calls, seconds, query in cursor.fetchall()]


def log_written() -> int:
    """Bytes that its statements wrote to the write-ahead log since it began to count."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(wal_bytes), 0) FROM pg_stat_statements s"
            " JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database()"
        )
        return int(cursor.fetchone()[0])


def bytes_of(table: str) -> int:
    """Size on disk of a table with its indexes."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_total_relation_size(%s)", [table])
        return int(cursor.fetchone()[0])


def bytes_per_row(table: str) -> float:
    """Size on disk of a table with its indexes, over its rows."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_total_relation_size(%s)::float / count(*) FROM {table}", [table])
        return float(cursor.fetchone()[0])


def background() -> float:
    """Seconds of the server's own processes (WAL writer, checkpointer, ...), for all databases."""
    processes = processor.snapshot()
    own = processes.get(own_backend())
    if own is None:
        return 0.0
    children = [pid for pid, (parent, _, _) in processes.items() if parent == own[0]]
    return sum(processes[pid][1] for pid in children if _is_background(pid))


def _is_background(pid: int) -> bool:
    try:
        title = (processor.PROC / str(pid) / "cmdline").read_bytes()
    except OSError:
        return False
    return re.match(rb"^postgres: (walwriter|checkpointer|background writer)", title) is not None
