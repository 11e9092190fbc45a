"""The child processes: started in sessions of their own, so that Ctrl-C reaches only `up`."""

import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO

from config.up import identity
from config.up.console import Console
from config.up.failure import UpError

TETHER = Path(__file__).with_name("tether.py")
# Lines kept of each child, to say why it ended.
TAIL = 5


class Child:
    """One process and the thread that passes its lines on."""

    def __init__(
        self,
        *,
        name: str,
        command: Sequence[str],
        console: Console,
        env: dict[str, str],
        directory: Path,
        shown: bool = True,
    ) -> None:
        self.name = name
        self._shown = shown
        self.tail: list[str] = []
        program = shutil.which(command[0]) or command[0]
        tethered = [sys.executable, "-S", "-E", str(TETHER), str(os.getpid()), program]
        try:
            self._process = subprocess.Popen(  # noqa: S603  (our own commands)
                [*tethered, *command[1:]],
                cwd=directory,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                text=True,
                errors="replace",
            )
        except OSError as error:
            raise UpError(f"{name} could not be started ({error.strerror}).") from error
        self._reader = threading.Thread(target=self._pass_on, args=(console,), daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    def ended(self) -> int | None:
        """The exit status, negative for a signal; None while it runs."""
        return self._process.poll()

    def describe(self) -> dict[str, object]:
        """What a later start needs to find this very process again."""
        return {"name": self.name, "pid": self.pid, "born": identity.born(self.pid)}

    def ask_to_end(self) -> None:
        if self.ended() is None:
            self._process.terminate()

    def end(self, *, seconds: float) -> bool:
        """Wait `seconds` for its end, then kill it with all its children; True when it was not."""
        try:
            self._process.wait(max(seconds, 0.01))
            return True
        except subprocess.TimeoutExpired:
            return False
        finally:
            identity.signal_group(self.pid, signal.SIGKILL)
            self._process.wait()
            self._reader.join(1)

    def _pass_on(self, console: Console) -> None:
        lines: IO[str] = self._process.stdout  # type: ignore[assignment]
        for line in lines:
            text = line.rstrip()
            if text:
                self.tail = [*self.tail[1 - TAIL :], text]
                if self._shown:
                    console.line(self.name, text)


def end_all(children: Sequence[Child], *, seconds: float, say: Callable[[str], None]) -> None:
    """End `children` together, within `seconds`; those that take longer are killed and named."""
    for child in children:
        child.ask_to_end()
    end = identity.clock() + seconds
    for child in children:
        if not child.end(seconds=end - identity.clock()):
            say(f"{child.name} did not end in time and was killed.")
