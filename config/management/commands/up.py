"""`manage.py up`: everything that a running service needs, under one Ctrl-C."""

import contextlib
import signal
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any

from django.core.management.base import CommandParser

from config.up import rehearsal
from config.up.console import Console
from config.up.failure import UpError
from config.up.service import Service
from subscribers.clock import database_now
from subscribers.command import CommandWithExamples


class Stop(BaseException):
    """Somebody pressed Ctrl-C, or the system asks this process to end."""


class Command(CommandWithExamples):
    help = "Start web, workers, beat and, where none is given, the broker; Ctrl-C stops all."
    examples = (
        ("", "the site, its workers and its broker"),
        ("--check", "start, send one demo mail, look, stop"),
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--check",
            action="store_true",
            help="Start all, send one demo digest, look at the outbox, stop; exit 0 or 1.",
        )

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        console = Console()
        console.take_logs()
        service = Service(console=console)
        status = 0
        try:
            with _signals_as_stop():
                service.start()
                if check:
                    status = self._check(service)
                else:
                    service.watch()
        except Stop:
            service.say("Stopping ...")
            # A check that was cut off has not passed.
            status = 1 if check else 0
        except UpError as error:
            service.say(str(error))
            status = 1
        finally:
            if service.stop():
                service.say("Stopped.")
        sys.exit(status)

    def _check(self, service: Service) -> int:
        digest_id = rehearsal.send(now=database_now())
        result = rehearsal.wait(digest_id=digest_id, check=service.check)
        service.say(f"{result}.")
        service.say("All is well." if result.passed else "Not every reader has exactly one mail.")
        return 0 if result.passed else 1


@contextlib.contextmanager
def _signals_as_stop() -> Iterator[None]:
    """Raise Stop at the first SIGINT, SIGTERM or SIGHUP; later ones wait for the stop to end."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(_number: int, _frame: FrameType | None) -> None:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
        raise Stop

    for each in signals:
        signal.signal(each, stop)
    try:
        yield
    finally:
        for each in signals:
            signal.signal(each, signal.SIG_IGN)
