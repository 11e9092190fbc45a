"""The workers and beat, started with the commands of docs/operations.md."""

import sys
from pathlib import Path

from benchmarks.servers.processes import BenchmarkError, Process, say, wait_for


class Fleet:
    """`bulk` for digests, `notices` for confirmation mails, `beat` for the ticks."""

    def __init__(
        self,
        *,
        folder: Path,
        env: dict[str, str],
        concurrency: int,
        notices: int = 1,
        counted: bool = False,
    ) -> None:
        self.env = env
        self._concurrency = {"bulk": concurrency, "notices": notices}
        self._options = ("--include", "benchmarks.measuring.counting") if counted else ()
        self._beats = folder / "beat"
        self.processes = {
            name: Process(name=name, folder=folder) for name in ("bulk", "notices", "beat")
        }

    def resize(self, *, bulk: int, notices: int) -> None:
        """So many processes of both workers from their next start on."""
        self._concurrency = {"bulk": bulk, "notices": notices}

    def start(self, *, beat: bool = True) -> None:
        """Start all and wait until each answers."""
        say("starting workers")
        for name in ("bulk", "notices"):
            self.start_one(name)
        if beat:
            self.start_one("beat")
        self.wait()

    def start_one(self, name: str) -> None:
        """Start one of them, or start it again."""
        celery = [sys.executable, "-m", "celery", "-A", "config"]
        if name == "beat":
            # Its file of last ticks would make a second run catch up on the first.
            self._beats.unlink(missing_ok=True)
            command = [*celery, "beat", "-S", "config.beat.Scheduler"]
        else:
            queues = "transactional" if name == "notices" else "bulk,events,default"
            command = [
                *(*celery, "worker", "-Q", queues, "-n", f"{name}@bench"),
                *("-c", str(self._concurrency[name]), *self._options),
            ]
        self.processes[name].start(command, env=self.env | {"PGAPPNAME": name})

    def wait(self, *names: str) -> None:
        """Until the named workers (both by default) answer; raises BenchmarkError."""
        for name in names or ("bulk", "notices"):
            wait_for(lambda name=name: self._answers(name), seconds=60, what=f"worker {name}")

    def stop(self) -> None:
        """Beat first, so that no tick waits for the next start."""
        for name in ("beat", "bulk", "notices"):
            self.processes[name].stop()

    def end(self) -> None:
        """End all at once; nothing is kept of them."""
        for process in self.processes.values():
            process.kill()

    def _answers(self, name: str) -> bool:
        from celery import current_app  # noqa: PLC0415  (configured by then)

        self.processes[name].check()
        try:
            return bool(current_app.control.ping(destination=[f"{name}@bench"], timeout=0.3))
        except OSError as error:
            raise BenchmarkError(f"The broker does not answer: {error}") from error
