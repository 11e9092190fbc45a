"""A run ends: by itself, by Ctrl-C or another signal, or at its hard stop; and always tidies up."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from benchmarks.servers.processes import BenchmarkError


@contextmanager
def bounded(*, seconds: float) -> Iterator[None]:
    """Raise BenchmarkError in the block after `seconds`, or when somebody asks it to end.

    A second signal while it tidies up is not heard: children would be left.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _: FrameType | None) -> None:
        for each in _SIGNALS:
            signal.signal(each, signal.SIG_IGN)
        if number == signal.SIGALRM:
            raise BenchmarkError(f"Stopped: it took longer than its limit of {seconds:g} s.")
        raise BenchmarkError("Stopped.")

    before = {number: signal.signal(number, stop) for number in _SIGNALS}
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        for number, handler in before.items():
            signal.signal(number, handler)


_SIGNALS = (signal.SIGALRM, signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
