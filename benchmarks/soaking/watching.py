"""Memory and connections over the run: flat, or growing with every hour."""

import threading
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
import redis

from benchmarks.measuring import processor
from benchmarks.report import Report
from benchmarks.soaking.installation import Installation

# Growth of one process that is no leak yet: caches that fill, memory that is not given back.
MOST_MIB_AN_HOUR = 25.0
MOST_FILES_AN_HOUR = 20.0
# The same of what the servers hold of us.
MOST = {
    "connections to PostgreSQL": 10.0,
    "clients of Redis": 20.0,
    "memory of Redis, MiB": 20.0,
}
# What a process takes to become what it is: one of `bulk` was seen to fill for 13 minutes, and then
# to stay as it was.
WARM_UP = 15 * 60.0
# The slope of what follows means something after this long only.
LONG_ENOUGH = 10 * 60.0

Samples = list[tuple[float, float]]


@dataclass
class Watch:
    """A sample every few seconds: memory (MiB) of each process, and what servers count."""

    installation: Installation
    stop: threading.Event
    every: float = 10.0
    # (part, pid) -> samples; a part's main process and children are each one.
    memory: dict[tuple[str, int], Samples] = field(default_factory=lambda: defaultdict(list))
    files: dict[tuple[str, int], Samples] = field(default_factory=lambda: defaultdict(list))
    servers: dict[str, Samples] = field(default_factory=lambda: defaultdict(list))

    def run(self) -> None:
        """Until the soak ends."""
        while not self.stop.wait(self.every):
            at, processes = time.monotonic(), processor.snapshot()
            for name, process in list(self.installation.processes.items()):
                for pid in processor.tree(process.pid, processes):
                    self._look(name, pid, at)
            self._count(at)

    def _look(self, name: str, pid: int, at: float) -> None:
        with suppress(OSError):
            self.memory[name, pid].append((at, _own_memory(pid)))
            self.files[name, pid].append((at, len(list(Path(f"/proc/{pid}/fd").iterdir()))))

    def _count(self, at: float) -> None:
        with suppress(psycopg.Error):
            connections = self.installation.cluster.connections()
            self.servers["connections to PostgreSQL"].append((at, connections))
        with suppress(redis.RedisError, OSError):
            told = self.installation.broker.client.info()
            self.servers["clients of Redis"].append((at, told["connected_clients"]))
            self.servers["memory of Redis, MiB"].append((at, told["used_memory"] / 2**20))


def _own_memory(pid: int) -> float:
    """MiB that the process filled, in memory or paged out by the kernel; none of it from files.

    Its share of pages (PSS) would move with what the kernel drops, and with who else has them.
    """
    words = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    lines = (line.split() for line in words.splitlines())
    return sum(int(line[1]) for line in lines if line[0] in {"Anonymous:", "Swap:"}) / 1024


def slope(samples: Samples) -> float | None:
    """Growth an hour by least squares after the warm-up; None when too little follows it."""
    late = [(at, value) for at, value in samples if at >= samples[0][0] + WARM_UP]
    if len(late) < 3 or late[-1][0] - late[0][0] < LONG_ENOUGH:
        return None
    middle = sum(at for at, _ in late) / len(late)
    mean = sum(value for _, value in late) / len(late)
    spread = sum((at - middle) ** 2 for at, _ in late)
    return 3600 * sum((at - middle) * (value - mean) for at, value in late) / spread


def tell_growth(report: Report, watch: Watch) -> None:
    """What grew and how fast; a process that lived too short to say is not counted."""
    judged = _judge(report, "memory", watch.memory, MOST_MIB_AN_HOUR, "MiB an hour")
    _judge(report, "open files", watch.files, MOST_FILES_AN_HOUR, "an hour")
    minutes = (WARM_UP + LONG_ENOUGH) / 60
    of = f"of {len(watch.memory)}; the others lived under {minutes:.0f} min"
    report.add("processes whose growth can be told", judged, of)
    for name, samples in watch.servers.items():
        values = [value for _, value in samples]
        shown = " / ".join(f"{one:.0f}" for one in (values[0], max(values), values[-1]))
        report.add(f"{name}, first / most / last", shown)
        growth = slope(samples)
        report.holds(f"{name}: flat ({growth})", growth is None or growth < MOST[name])


def _judge(
    report: Report, what: str, found: dict[tuple[str, int], Samples], most: float, unit: str
) -> int:
    """The worst of each part is told; how many processes could be judged."""
    slopes = {key: growth for key, one in found.items() if (growth := slope(one)) is not None}
    for part in sorted({part for part, _ in slopes}):
        worst = max(growth for (name, _), growth in slopes.items() if name == part)
        report.add(f"{what} of {part}, at most", worst, unit)
        report.holds(f"{what} of {part} stays as it is", worst < most)
    return len(slopes)
