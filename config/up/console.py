"""One stream of lines from many processes: each with the name of who wrote it, in its colour."""

import io
import logging
import os
import sys
import threading
from typing import TextIO

WIDTH = 8
COLOURS = {"up": 97, "broker": 90, "web": 36, "bulk": 32, "notices": 35, "beat": 33}


class Console:
    """Writes whole lines, one at a time; colours only for a person at a terminal."""

    def __init__(self, stream: TextIO = sys.stdout) -> None:
        self._stream = stream
        self._lock = threading.Lock()
        self._coloured = stream.isatty() and "NO_COLOR" not in os.environ

    def line(self, who: str, text: str) -> None:
        """Write `text` after the name of `who`; a reader that went away is no reason to stop."""
        prefix = f"{who:<{WIDTH}}|"
        if self._coloured:
            prefix = f"\033[{COLOURS.get(who, 37)}m{prefix}\033[0m"
        with self._lock:
            try:
                self._stream.write(f"{prefix} {text}\n")
                self._stream.flush()
            except (OSError, ValueError):
                self._coloured = False

    def take_logs(self) -> None:
        """Give the log lines of this very process a name as well."""
        for handler in logging.getLogger().handlers:
            if isinstance(handler, logging.StreamHandler):
                handler.setStream(_Lines(self))


class _Lines(io.TextIOBase):
    """A stream that hands each line of text to the console."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def write(self, text: str) -> int:
        for line in text.splitlines():
            self._console.line("up", line)
        return len(text)
