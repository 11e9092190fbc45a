"""`manage.py up` as its own process, in a folder and on a port of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

from config.up import identity
from tests.servers import ROOT, wait_for


class Up:
    """Starts `up` without the demo unless `demo` is asked for; `output` is all that it said."""

    def __init__(self, directory: Path, *, port: int | None = None) -> None:
        self.directory = directory
        self.port = port or free_port()
        self._log = directory / "up.log"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *arguments: str, **env: str) -> None:
        self.directory.mkdir(exist_ok=True)
        with self._log.open("wb") as out:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "up", *arguments],
                cwd=ROOT,
                env=self._environment() | env,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self._log.read_text()

    @property
    def process(self) -> "subprocess.Popen[bytes]":
        assert self._process
        return self._process

    def wait_until_running(self) -> None:
        wait_for(
            lambda: "Stop with Ctrl-C" in self.output or self.process.poll() is not None,
            seconds=60,
            what="up",
            log=self._log,
        )
        assert self.process.poll() is None, self.output

    def wait_for_end(self, seconds: float = 60) -> int:
        return self.process.wait(seconds)

    def children(self) -> dict[str, tuple[int, str]]:
        """Pid and birth of each child by name."""
        written = json.loads((self.directory / "up.json").read_text())
        return {child["name"]: (child["pid"], child["born"]) for child in written["children"]}

    def clean_up(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def _environment(self) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return kept | {
            "ENV_FILE": os.devnull,
            "VAR_DIR": str(self.directory),
            "PORT": str(self.port),
            # A relay elsewhere: `up` then loads no demo, and nothing here sends.
            "EMAIL_PROVIDERS": "smtp",
            "EMAIL_URL": "smtp://relay.example:25",
        }


def none_alive(children: dict[str, tuple[int, str]]) -> bool:
    return not any(identity.alive(pid=pid, born_at=born) for pid, born in children.values())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
