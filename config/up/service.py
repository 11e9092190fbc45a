"""The whole: starts each part in order, waits until it answers, watches, and stops in order."""

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

from django.conf import settings

from config import env
from config.up import announce, commands, database, identity, probes, server
from config.up.commands import Program
from config.up.console import Console
from config.up.failure import UpError
from config.up.ports import HOST, check_free
from config.up.processes import Child, end_all
from config.up.state import State

# How long one part may take to answer on a slow machine.
PATIENCE = 60
# Celery says these at each start in DEBUG or as root; neither is news to who runs `up`.
CALM = "ignore::UserWarning:celery.fixups.django,ignore:You're running the worker"


class Service:
    """Everything that `up` runs. `start`, then `watch`; `stop` in any case."""

    def __init__(self, *, console: Console) -> None:
        self._console = console
        self._state = State(directory=Path(settings.VAR_DIR))
        self._local = f"http://{HOST}:{settings.PORT}"
        self._broker: Child | None = None
        self._children: list[Child] = []

    def start(self) -> None:
        """Start all; returns when each part answers. Raises UpError."""
        self._state.take()
        for name in self._state.end_orphans():
            self.say(f"Ended {name}, which an earlier start had left running.")
        check_free(settings.PORT)
        self._start_broker()
        since = database.prepare(say=self.say)
        notices, bulk = commands.workers()
        for program in (notices, bulk, commands.beat(), commands.web(port=settings.PORT)):
            self._children.append(self._spawn(program))
        self._remember()
        self._wait_for("web", probes.web_answers(self._local))
        self._wait_for("notices", probes.worker_answers(notices.node))
        self._wait_for("bulk", probes.worker_answers(bulk.node))
        self._wait_for("beat", probes.beat_ticked(since))
        for line in announce.addresses(local=self._local):
            self.say(line)

    def watch(self) -> None:
        """Return only by an exception: UpError when a part ended or the disk is full."""
        while True:
            self.check()
            time.sleep(0.5)

    def check(self) -> None:
        """Raise UpError when a part ended or the disk is full."""
        for child in self._running():
            status = child.ended()
            if status is not None:
                raise UpError(_obituary(child, status))
        self._state.check_space()

    def stop(self) -> bool:
        """Stop in order, within ten seconds: no new work, then work in hand, then the broker.

        False when nothing had been started.
        """
        end_all(self._children[::-1], seconds=7, say=self.say)
        if self._broker:
            end_all([self._broker], seconds=2, say=self.say)
        if not self._running():
            return False
        self._state.forget()
        return True

    def say(self, text: str) -> None:
        self._console.line("up", text)

    def _start_broker(self) -> None:
        if env.text("REDIS_URL"):
            if not probes.broker_answers():
                raise UpError("Redis does not answer at REDIS_URL. Start it, or unset REDIS_URL.")
            return
        if not self._serve_broker():
            # Written by another version, or cut off by a full disk. It holds wake-ups only.
            files = Path(settings.VAR_DIR) / "appendonlydir"
            if files.exists():
                self.say("The broker could not read its file and starts with an empty one.")
                files.rename(files.with_name(f"appendonlydir-unread-{int(time.time())}"))
            if not self._serve_broker() and self._broker:
                raise UpError(_obituary(self._broker, self._broker.ended() or 0))

    def _serve_broker(self) -> bool:
        """Start the embedded broker; False when it ended instead of answering."""
        socket = env.local_socket(Path(settings.VAR_DIR))
        socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        directory = Path(settings.VAR_DIR)
        command = server.command(
            program=server.find(), socket=socket, directory=directory, keep=True
        )
        self._broker = self._spawn(Program("broker", command), shown=False)
        self._remember()
        until = identity.clock() + PATIENCE
        while self._broker.ended() is None and identity.clock() < until:
            if probes.broker_answers():
                return True
            time.sleep(0.05)
        if self._broker.ended() is None:
            raise UpError(
                f"The broker did not answer within {PATIENCE} s. Its file was left alone."
            )
        return False

    def _spawn(self, program: Program, *, shown: bool = True) -> Child:
        warnings = ",".join(filter(None, [os.environ.get("PYTHONWARNINGS", ""), CALM]))
        return Child(
            name=program.name,
            command=program.command,
            console=self._console,
            env=os.environ | {"PYTHONUNBUFFERED": "1", "PYTHONWARNINGS": warnings},
            directory=Path(settings.BASE_DIR),
            shown=shown,
        )

    def _wait_for(self, name: str, answers: Callable[[], bool]) -> None:
        until = identity.clock() + PATIENCE
        while not answers():
            self.check()
            if identity.clock() > until:
                raise UpError(f"{name} did not answer within {PATIENCE} s; its lines are above.")
            time.sleep(0.1)
        self.say(f"{name} answers.")

    def _running(self) -> list[Child]:
        return [*([self._broker] if self._broker else []), *self._children]

    def _remember(self) -> None:
        self._state.remember(self._running())


def _obituary(child: Child, status: int) -> str:
    how = f"was ended by signal {-status}" if status < 0 else f"ended with status {status}"
    # Who is killed had no time to say why.
    said = child.tail and status != -signal.SIGKILL
    last = f" Its last line: {child.tail[-1]}" if said else ""
    return f"{child.name} {how}, so everything was stopped.{last}"
