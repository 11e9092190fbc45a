"""A Valkey or Redis of the run's own, on a unix socket."""

from pathlib import Path
from urllib.parse import quote

import redis

from benchmarks.servers.processes import Process, wait_for
from config.up import server


class Broker:
    """Kept in memory only, as a broker that may be lost."""

    def __init__(self, *, folder: Path) -> None:
        self.process = Process(name="broker", folder=folder)
        self._socket = folder / "broker.sock"
        self._folder = folder
        self.url = f"unix://{quote(str(self._socket))}"

    def start(self, env: dict[str, str]) -> None:
        """Serve; raises BenchmarkError or UpError when it cannot."""
        command = server.command(
            program=server.find(), socket=self._socket, directory=self._folder, keep=False
        )
        self.process.start(command, env=env)
        self.client = redis.Redis.from_url(self.url)
        wait_for(self._answers, seconds=20, what="the broker")

    def flush(self) -> None:
        """FLUSHALL."""
        self.client.flushall()

    def _answers(self) -> bool:
        self.process.check()
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False
