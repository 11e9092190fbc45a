"""All processes of the installation, and the supervisor that starts again what ended."""

import os
import random
import signal
import socket
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import processor
from benchmarks.servers.broker import Broker
from benchmarks.servers.processes import Process, wait_for
from benchmarks.soaking.cluster import Cluster

HOST = "news.sender.example"
QUEUES = {"transactional": 1, "bulk": 2, "events": 1, "default": 1}
_FAKETIME = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1")


@dataclass(frozen=True, slots=True)
class Program:
    """A part: how it is started and with what beyond the common settings."""

    command: list[str]
    env: dict[str, str]


class Installation:
    """Site, a worker for each queue, beat, PostgreSQL, Redis."""

    def __init__(self, *, folder: Path, cluster: Cluster, broker: Broker, port: int) -> None:
        self.folder, self.cluster, self.broker, self.port = folder, cluster, broker, port
        self.env: dict[str, str] = {}
        self.processes: dict[str, Process] = {}
        # Name -> how often it had to be started again.
        self.restarts: dict[str, int] = {}
        # What libfaketime reads anew at each look at the clock.
        self._clock = folder / "clock"
        self._stopping = threading.Event()
        self._lock = threading.RLock()

    def start(self, env: dict[str, str]) -> None:
        """Start all, and wait until the site says that all is there."""
        self.env = env
        self.set_clock(0)
        for name in ("web", *(f"worker-{queue}" for queue in QUEUES), "beat"):
            self.processes[name] = Process(name=name, folder=self.folder)
            self.restarts[name] = 0
            self._start(name)
        wait_for(self.is_ready, seconds=90, what="the installation", every=0.5)
        threading.Thread(target=self._supervise, daemon=True).start()

    def stop(self) -> None:
        """As systemd does: ask, wait, kill."""
        self._stopping.set()
        with self._lock:
            for name in reversed(self.processes):
                self.processes[name].stop(20)

    def is_ready(self) -> bool:
        """Whether `/readyz` says 200."""
        with suppress(OSError), socket.create_connection(("127.0.0.1", self.port), 2) as asked:
            asked.settimeout(3)
            asked.sendall(b"GET /readyz HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            return asked.recv(64).split(b" ")[1:2] == [b"200"]
        return False

    def kill(self, name: str) -> None:
        """kill -9 of it and all its children; the supervisor starts it again."""
        self.processes[name].kill()

    def end(self, name: str) -> None:
        """SIGTERM, as in an upgrade; the supervisor starts it again."""
        self.processes[name].stop(20)

    def kill_child(self, name: str, chance: random.Random) -> None:
        """kill -9 of one process of a pool."""
        root = self.processes[name].pid
        family = processor.tree(root, processor.snapshot()) - {root}
        if family:
            with suppress(ProcessLookupError):
                os.kill(chance.choice(sorted(family)), signal.SIGKILL)

    def set_clock(self, ahead: int) -> None:
        """Step the clock of the worker of bulk while it runs, as NTP does; 0 is right."""
        self._clock.write_text(f"{ahead:+d}s", encoding="ascii")

    def _supervise(self) -> None:
        while not self._stopping.wait(0.5):
            with self._lock:
                for name, process in self.processes.items():
                    if not process.is_alive() and not self._stopping.is_set():
                        # What a dead main process left behind.
                        process.kill()
                        self.restarts[name] += 1
                        self._start(name)

    def _start(self, name: str) -> None:
        program = self._program(name)
        self.processes[name].start(program.command, env=self.env | program.env)

    def _steppable(self) -> dict[str, str]:
        return {
            "LD_PRELOAD": str(_FAKETIME),
            "FAKETIME_TIMESTAMP_FILE": str(self._clock),
            "FAKETIME_NO_CACHE": "1",
            # What measures how long something takes is not set by NTP.
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        }

    def _program(self, name: str) -> Program:
        env = self._steppable() if name == "worker-bulk" and can_move_clocks() else {}
        celery = [sys.executable, "-m", "celery", "-A", "config", "-q"]
        if name == "web":
            return Program(
                [
                    *(sys.executable, "-m", "granian", "--interface", "wsgi"),
                    *("config.wsgi:application", "--host", "127.0.0.1", "--port", str(self.port)),
                    *(
                        "--no-ws",
                        "--log-level",
                        "error",
                        "--workers",
                        "1",
                        "--respawn-failed-workers",
                    ),
                    *("--blocking-threads", "4", "--workers-kill-timeout", "4"),
                ],
                env,
            )
        if name == "beat":
            beat = [*celery, "beat", "-l", "INFO", "-S", "config.beat.Scheduler", "--pidfile", ""]
            return Program(beat, env)
        queue = name.removeprefix("worker-")
        if queue == "default":
            # Only in DEBUG are sources read from this machine.
            env |= {"DEBUG": "on", "FETCH_PRIVATE": "on"}
        return Program(
            [
                *(*celery, "worker", "-l", "INFO", "-Q", queue, "-c", str(QUEUES[queue])),
                *("-n", f"{queue}@soak", "--without-gossip", "--without-mingle"),
                *(("--include", "benchmarks.soaking.steady_sleep") if "LD_PRELOAD" in env else ()),
            ],
            env,
        )


def can_move_clocks() -> bool:
    """Whether a process can be started with a clock that is wrong."""
    return _FAKETIME.exists()


def free_port() -> int:
    """One of loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
