"""Starting a sink and reading what it took."""

import socket
import sys
from pathlib import Path

from benchmarks.servers.processes import Process
from benchmarks.sinks.tally import Tally


class Sink:
    """The provider of the run, on a free port of loopback; ends after `seconds` in any case."""

    def __init__(
        self,
        *,
        kind: str,
        folder: Path,
        readers: int,
        seconds: float,
        latency: float = 0.0,
        pipelining: bool = True,
    ) -> None:
        self.kind = kind
        self.process = Process(name="sink", folder=folder)
        self._path = folder / "tally"
        self.tally = Tally(path=self._path, readers=readers, make=True)
        self._arguments = [str(readers), str(seconds), "--latency", str(latency)]
        if not pipelining:
            self._arguments.append("--no-pipelining")
        self._listening = socket.socket()
        self._listening.bind(("127.0.0.1", 0))
        self._listening.listen(1024)
        self.port: int = self._listening.getsockname()[1]

    def start(self, env: dict[str, str]) -> None:
        """Connections wait in the socket until it is up."""
        number = self._listening.fileno()
        command = [
            *(sys.executable, "-m", "benchmarks.sinks"),
            *(self.kind, str(number), str(self._path), *self._arguments),
        ]
        self.process.start(command, env=env, pass_fds=[number])
        self._listening.close()

    def stop(self) -> None:
        """End it and let go of its tally."""
        self.process.stop(3)
        self.tally.close()
