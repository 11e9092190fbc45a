"""A PostgreSQL of the run's own, which may be stopped and paused as no shared one may."""

import os
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import psycopg

from benchmarks.measuring import processor
from benchmarks.servers.processes import BenchmarkError, wait_for

_OPTIONS = "-c listen_addresses=127.0.0.1 -c max_connections=150 -c log_min_messages=fatal"


class Cluster:
    """Made in `folder`, on a free port of loopback; `url` names its one database."""

    def __init__(self, *, folder: Path, port: int) -> None:
        self._data = folder / "postgres"
        self._port = port
        self._bin = _programs()
        self.url = f"postgres://postgres@127.0.0.1:{port}/postgres"

    def make(self) -> None:
        """A new cluster that answers."""
        if os.geteuid() == 0:
            # It refuses to run as root.
            shutil.chown(self._data.parent, "postgres")
        self._do("initdb", "-D", str(self._data), "-A", "trust", "-U", "postgres", "-E", "UTF8")
        self.start()

    def start(self) -> None:
        """Serve again, after recovery where it was killed."""
        options = f"-p {self._port} -k {self._data} {_OPTIONS}"
        log = str(self._data / "log")
        self._do("pg_ctl", "-D", str(self._data), "-l", log, "-w", "-o", options, "start")

    def stop(self) -> None:
        """At once, without a word to anybody: the next start has to recover."""
        with suppress(BenchmarkError):
            # One that is paused hears of no end.
            with suppress(OSError):
                self.go_on()
            self._do("pg_ctl", "-D", str(self._data), "-m", "immediate", "-w", "stop")

    def cut(self) -> None:
        """End every connection but this one."""
        with psycopg.connect(self.url, autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )

    def pause(self) -> None:
        """It hears, and does not answer."""
        self._signal(signal.SIGSTOP)

    def go_on(self) -> None:
        """After `pause`."""
        self._signal(signal.SIGCONT)

    def connections(self) -> int:
        """How many clients are connected."""
        with psycopg.connect(self.url, connect_timeout=2) as connection:
            row = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend'"
            ).fetchone()
        return int(row[0]) - 1 if row else 0

    def _signal(self, number: int) -> None:
        postmaster = int((self._data / "postmaster.pid").read_text().split()[0])
        for pid in processor.tree(postmaster, processor.snapshot()):
            with suppress(ProcessLookupError):
                os.kill(pid, number)

    def _do(self, program: str, *arguments: str) -> None:
        as_postgres = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        done = subprocess.run(
            [*as_postgres, str(self._bin / program), *arguments],
            cwd="/tmp",
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
        if done.returncode:
            raise BenchmarkError(f"{program}: {done.stderr.decode(errors='replace')[-500:]}")

    def wait(self) -> None:
        """Until it answers."""

        def answers() -> bool:
            with suppress(psycopg.Error):
                return self.connections() >= 0
            return False

        wait_for(answers, seconds=60, what="PostgreSQL")


def _programs() -> Path:
    """Where `initdb` and `pg_ctl` are: Debian keeps them out of PATH."""
    found = shutil.which("pg_ctl")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for place in places:
        if (place / "initdb").exists():
            return place
    raise BenchmarkError("A soak needs PostgreSQL's initdb and pg_ctl: install postgresql.")
