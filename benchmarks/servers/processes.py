"""Child processes of a benchmark: each ends with it, whatever becomes of it."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
_TETHER = ROOT / "config" / "up" / "tether.py"


_STARTED = time.monotonic()


def say(words: str) -> None:
    """Tell whoever waits what is being done."""
    sys.stderr.write(f"{time.monotonic() - _STARTED:7.1f} s  {words}\n")


class BenchmarkError(Exception):
    """The run cannot go on; the message is shown without a traceback."""


def is_running(pid: int) -> bool:
    """Whether this machine has such a process."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


class Process:
    """One child in a session of its own, with its output in a file."""

    def __init__(self, *, name: str, folder: Path) -> None:
        self.name = name
        self.log = folder / f"{name}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """Raises BenchmarkError when it was never started."""
        if self._process is None:
            raise BenchmarkError(f"{self.name} was never started.")
        return self._process.pid

    def start(
        self, command: Sequence[str], *, env: dict[str, str], pass_fds: Sequence[int] = ()
    ) -> None:
        """Run `command` in the repository's folder."""
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, "-S", "-E", str(_TETHER), str(os.getpid()), *command],
                cwd=ROOT,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
                pass_fds=pass_fds,
            )

    def is_alive(self) -> bool:
        """Whether it runs."""
        return self._process is not None and self._process.poll() is None

    def check(self) -> None:
        """Raise BenchmarkError with the end of its output when it ended by itself."""
        if not self.is_alive():
            raise BenchmarkError(f"{self.name} ended:\n{self.tail()}")

    def tail(self) -> str:
        """The last lines that it wrote."""
        words = self.log.read_text(errors="replace") if self.log.exists() else ""
        return words[-3_000:]

    def stop(self, seconds: float = 15) -> None:
        """Ask it to end; kill it with all that it started when it does not in time."""
        if self._process is None:
            return
        if self._process.poll() is None:
            self._process.terminate()
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
        self.kill()

    def kill(self) -> None:
        """A kill -9 of it and all that it started."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait(10)


def wait_for(true: Callable[[], bool], *, seconds: float, what: str, every: float = 0.02) -> None:
    """Ask `true` again and again; raise BenchmarkError when it is not after `seconds`."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise BenchmarkError(f"Waited {seconds:g} s for {what}.")
        time.sleep(every)
