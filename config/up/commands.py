"""The command line of each process that serves: web, two workers and beat."""

import os
import socket
import sys
from dataclasses import dataclass

from config.up.ports import HOST

# Readers wait for confirmation mails: a worker of their own, which no digest can keep busy.
NOTICES = "transactional"
OTHERS = "bulk,events,default"


@dataclass(frozen=True, slots=True)
class Program:
    """One process: the name before its lines, and what is run. `node` is a worker's name."""

    name: str
    command: list[str]
    node: str = ""


def web(*, port: int) -> Program:
    """The public pages and the desk: one process with threads, as SQLite likes it."""
    return Program(
        "web",
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"),
            *("--host", HOST, "--port", str(port), "--no-ws", "--log-level", "error"),
            *("--blocking-threads", "4", "--workers-kill-timeout", "4"),
        ],
    )


def workers() -> list[Program]:
    """The worker of notices and the worker of everything else."""
    return [
        _worker("notices", queues=NOTICES, processes=1),
        _worker("bulk", queues=OTHERS, processes=2),
    ]


def beat() -> Program:
    """The ticks. Kept in memory: each is seconds long, and what is due the database decides."""
    scheduler = ("-S", "config.beat.Scheduler")
    return Program("beat", [*_celery("beat"), *scheduler, "--pidfile", ""])


def _worker(name: str, *, queues: str, processes: int) -> Program:
    # Unique among those who share a broker; another machine's workers are not ours to wait for.
    node = f"{name}-{os.getpid()}@{socket.gethostname()}"
    options = ("-Q", queues, "-c", str(processes), "-n", node)
    calm = ("--without-gossip", "--without-mingle")
    return Program(name, [*_celery("worker"), *options, *calm], node=node)


def _celery(command: str) -> list[str]:
    return [sys.executable, "-m", "celery", "-A", "config", "-q", command, "-l", "INFO"]
