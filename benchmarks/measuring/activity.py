"""What the database's connections did: whose they are, what they waited for, what they used.

Each process of a run names itself to PostgreSQL (PGAPPNAME), so seconds and waits are told apart.
"""

import threading
from collections import Counter
from dataclasses import dataclass, field

import psycopg

from benchmarks.measuring import processor

# What waits for nothing works, or waits for a core, which PostgreSQL does not tell apart.
WORKING = "working"
# Autovacuum and parallel workers.
SERVER = "server"
_ASK = (
    "SELECT pid, coalesce(nullif(application_name, ''), %s), state = 'active',"
    " coalesce(wait_event_type, %s) FROM pg_stat_activity"
    " WHERE datname = current_database() AND pid <> pg_backend_pid()"
)


_HELD = "SELECT count(*) FROM newsletter_slot WHERE token IS NOT NULL"


@dataclass(slots=True)
class Found:
    """Sums over all samples; a connection's owner is the name of its process."""

    samples: int = 0
    # (owner, what it waited for) of connections that ran a statement.
    active: Counter[tuple[str, str]] = field(default_factory=Counter)
    # Most at a time.
    connections: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    # Drains that held a slot, summed over the samples.
    drains: int = 0

    def running(self, owner: str) -> float:
        """How many of the owner's connections ran a statement, on average."""
        return self._average(lambda whose, _: whose == owner)

    def waiting(self, owner: str, *kinds: str) -> float:
        """How many of them waited for one of `kinds`, such as "Lock"."""
        return self._average(lambda whose, kind: whose == owner and kind in kinds)

    def _average(self, counts) -> float:
        found = sum(number for key, number in self.active.items() if counts(*key))
        return found / max(self.samples, 1)


class Activity(threading.Thread):
    """Samples from when it is made until `end`; on a connection of its own."""

    EVERY = 0.05

    def __init__(self, *, url: str) -> None:
        super().__init__(daemon=True)
        self._connection = psycopg.connect(url, autocommit=True, application_name="watch")
        self._found = Found()
        self._owners: dict[int, str] = {}
        self._first: dict[int, float] = {}
        self._last: dict[int, float] = {}
        self._over = threading.Event()
        self._look()
        self._first = dict(self._last)

    def run(self) -> None:
        while not self._over.wait(self.EVERY):
            self._look()

    def end(self) -> Found:
        """What was seen."""
        self._over.set()
        self.join()
        self._look()
        self._connection.close()
        for pid, last in self._last.items():
            owner = self._owners[pid]
            used = last - self._first.get(pid, 0.0)
            self._found.seconds[owner] = self._found.seconds.get(owner, 0.0) + used
        return self._found

    def _look(self) -> None:
        rows = self._connection.execute(_ASK, [SERVER, WORKING]).fetchall()
        found, here = self._found, Counter[str]()
        found.samples += 1
        found.drains += self._connection.execute(_HELD).fetchone()[0]
        for pid, owner, active, wait in rows:
            here[owner] += 1
            self._owners[pid] = owner
            self._note_seconds(pid)
            if active:
                found.active[owner, wait] += 1
        for owner, number in here.items():
            found.connections[owner] = max(found.connections.get(owner, 0), number)

    def _note_seconds(self, pid: int) -> None:
        try:
            stat = (processor.PROC / str(pid) / "stat").read_text()
        except OSError:
            self._last.setdefault(pid, 0.0)
            return
        self._last[pid] = processor.of_stat(stat)[1]
