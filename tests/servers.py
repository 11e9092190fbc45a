"""Real servers for tests: a broker on a unix socket and a Celery worker on the test database."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import kombu.pools
import pytest
import redis
from celery import current_app
from django.conf import settings
from django.db import connection

from config.up import server
from config.up.failure import UpError

ROOT = Path(__file__).resolve().parent.parent
# Ends a server when the tests are killed and cannot.
TETHERED = [sys.executable, str(ROOT / "config" / "up" / "tether.py"), str(os.getpid())]


def unavailable(reason: str) -> None:
    """Skip on a laptop; fail in CI, where everything is there and a skip would hide a fault."""
    if os.environ.get("CI", "").lower() in {"1", "true", "yes"}:
        pytest.fail(reason)
    pytest.skip(reason)


class Broker:
    """A Redis for this test process alone: its own server, or TEST_REDIS_URL with a prefix.

    `own`: a server of its own in any case, for tests that stop it.
    """

    def __init__(self, *, own: bool = False) -> None:
        self.prefix = f"test-{uuid.uuid4().hex[:8]}-"
        self.url = "" if own else os.environ.get("TEST_REDIS_URL", "")
        self._process: subprocess.Popen[bytes] | None = None
        self._directory: str | None = None

    def start(self) -> None:
        if not self.url:
            self._serve()
        self.client = redis.Redis.from_url(self.url)
        wait_for(self._answers, seconds=20, what="the broker")

    def clear(self) -> None:
        """Take away everything that earlier tests left, but how to reach a worker that runs."""
        ways = f"{self.prefix}_kombu.binding.".encode()
        keys = self.client.scan_iter(f"{self.prefix}*", count=1000)
        keys = [key for key in keys if not key.startswith(ways)]
        if keys:
            self.client.delete(*keys)

    def stop(self) -> None:
        self.client.close()
        if self._process:
            self._process.terminate()
            self._process.wait(10)
        self._tidy()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Killed while the block runs, then another one, empty, at the same address."""
        assert self._process is not None, "only a broker of one's own may be stopped"
        self._process.kill()
        self._process.wait(10)
        yield
        self._spawn()
        # Connections to the old one would fail whoever uses them next.
        self.client.connection_pool.reset()
        kombu.pools.reset()
        current_app._after_fork()
        wait_for(self._answers, seconds=20, what="the broker")

    def _tidy(self) -> None:
        if self._directory:
            shutil.rmtree(self._directory, ignore_errors=True)

    def _serve(self) -> None:
        # A short path: the address of a unix socket holds about a hundred characters.
        self._directory = tempfile.mkdtemp(prefix="nl-", dir="/tmp")
        self.url = f"unix://{self._directory}/valkey.sock"
        self._spawn()

    def _spawn(self) -> None:
        assert self._directory
        try:
            program = server.find()
        except UpError as error:
            unavailable(str(error))
        socket = Path(self._directory) / "valkey.sock"
        self._process = subprocess.Popen(
            TETHERED
            + server.command(
                program=program, socket=socket, directory=Path(self._directory), keep=False
            ),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False


class Worker:
    """A Celery worker as its own process, on the database of the running test.

    `start(EMAIL_PROVIDERS="smtp")` gives it settings of its own; `kill()` is a kill -9.
    """

    QUEUES = "transactional,bulk,events,default"

    def __init__(self, *, broker: Broker, log: Path) -> None:
        self._broker = broker
        self.log_file = log
        self._process: subprocess.Popen[bytes] | None = None
        self._name = ""

    @property
    def pid(self) -> int:
        assert self._process, "the worker was never started"
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def log(self) -> str:
        return self.log_file.read_text(errors="replace") if self.log_file.exists() else ""

    def start(self, *, queues: str = QUEUES, concurrency: int = 2, **env: str) -> None:
        self._name = f"test-{uuid.uuid4().hex[:8]}@localhost"
        with self.log_file.open("ab") as out:
            self._process = subprocess.Popen(
                [
                    *TETHERED,
                    *(sys.executable, "-m", "celery", "-A", "config", "worker"),
                    *("-Q", queues, "-c", str(concurrency), "-n", self._name, "-l", "INFO"),
                    *("--without-gossip", "--without-mingle"),
                ],
                cwd=ROOT,
                env=os.environ | self.environment() | env,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        wait_for(self._answers, seconds=40, what="the worker", log=self.log_file)

    def kill(self) -> None:
        """Kill the worker and its pool at once, as a power cut would."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to finish what it is doing; kill it when that takes longer than 15 s."""
        if self._process and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(15)
            except subprocess.TimeoutExpired:
                self._signal(signal.SIGKILL)

    def is_idle(self) -> bool:
        """Whether it runs no task and holds none that it has taken from the broker."""
        if not self.is_running:
            return True
        ask = current_app.control.inspect(destination=[self._name], timeout=1, limit=1)
        # In this order: a task that begins in between is seen by the second question.
        held, running = ask.reserved(), ask.active()
        return held == {self._name: []} and running == {self._name: []}

    def is_busy(self) -> bool:
        """Whether a process of its pool has begun with a task."""
        found = current_app.control.inspect(destination=[self._name], timeout=1, limit=1).active()
        return any(one["worker_pid"] for one in (found or {}).get(self._name, []))

    def terminate(self) -> None:
        """Ask it to stop, and do not wait."""
        if self._process:
            self._process.terminate()

    def ends_within(self, seconds: float) -> bool:
        """Wait for its end, at most so long."""
        assert self._process, "the worker was never started"
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def start_beat(self, *, schedule: Path, **env: str) -> None:
        """Celery's beat instead of a worker, with its own file of what it fired when."""
        with self.log_file.open("ab") as out:
            self._process = subprocess.Popen(
                [
                    *TETHERED,
                    *(sys.executable, "-m", "celery", "-A", "config", "beat"),
                    *("-s", str(schedule), "--pidfile=", "-l", "INFO"),
                ],
                cwd=ROOT,
                env=os.environ | self.environment() | env,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )

    def _signal(self, number: int) -> None:
        if self._process:
            try:
                os.killpg(self._process.pid, number)
            except ProcessLookupError:
                return
            self._process.wait(10)

    def _answers(self) -> bool:
        if self._process and self._process.poll() is not None:
            pytest.fail(f"The worker ended while starting:\n{self.log[-4000:]}")
        return bool(current_app.control.ping(destination=[self._name], timeout=0.3))

    def environment(self) -> dict[str, str]:
        """What a process of ours is given: where database, broker and folder are."""
        return {
            "DATABASE_URL": database_url(),
            "REDIS_URL": self._broker.url,
            "BROKER_PREFIX": self._broker.prefix,
            "VAR_DIR": str(Path(settings.MEDIA_ROOT).parent),
            "PYTHONUNBUFFERED": "1",
        }


def database_url() -> str:
    """The address of the database that this test writes to, for child processes."""
    at = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{quote(str(at['NAME']))}"
    who = f"{quote(at['USER'])}:{quote(at['PASSWORD'])}"
    return f"postgres://{who}@{at['HOST']}:{at['PORT'] or 5432}/{at['NAME']}"


def wait_for(
    true: Callable[[], bool], *, seconds: float, what: str, log: Path | None = None
) -> None:
    """Ask `true` again and again; fail with the end of `log` when it never is."""
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            tail = log.read_text(errors="replace")[-4000:] if log and log.exists() else ""
            pytest.fail(f"Waited {seconds:g} s for {what}.\n{tail}")
        time.sleep(0.05)
