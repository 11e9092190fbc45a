"""The site, started with the command of docs/operations.md."""

import socket
import sys
from pathlib import Path

from benchmarks.servers.processes import Process, wait_for


class Web:
    """granian on a free port of loopback; what comes from loopback is a proxy's."""

    def __init__(self, *, folder: Path, env: dict[str, str]) -> None:
        self.process = Process(name="web", folder=folder)
        # Each reader comes from a network of his own, by the proxy's word: so the limit of a
        # network is counted as in life, and holds nobody back.
        # The limit of all together is as high as it goes, and counted as in life too.
        self._env = env | {
            "PGAPPNAME": "web",
            "TRUSTED_PROXIES": "127.0.0.1/32",
            "SIGNUPS_A_MINUTE": "1000000",
            "SIGNUPS_AN_HOUR": "10000000",
        }
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port: int = probe.getsockname()[1]

    def start(self, *, workers: int, threads: int) -> None:
        """Collect what pages need, start, and wait until it answers."""
        _collect()
        command = [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "config.wsgi:application"),
            *("--host", "127.0.0.1", "--port", str(self.port), "--no-ws"),
            *("--workers", str(workers), "--blocking-threads", str(threads)),
        ]
        self.process.start(command, env=self._env)
        wait_for(self._answers, seconds=60, what="the site")

    @property
    def complaints(self) -> str:
        """All that it wrote."""
        return self.process.log.read_text(errors="replace")

    def _answers(self) -> bool:
        self.process.check()
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


def _collect() -> None:
    from django.core.management import call_command  # noqa: PLC0415  (needs settings)

    call_command("collectstatic", interactive=False, verbosity=0)
