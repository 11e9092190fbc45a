"""What a sink took, in a file that it shares with the benchmark: nothing is sent to be counted.

Readers have numbered addresses, so one byte a reader says how often he was mailed, and eight when
he was last: who is lost or doubled is looked up here and not computed from totals.
"""

import mmap
import time
from pathlib import Path

_HEADER = ("first_byte", "first_mail", "last_mail", "calls", "mails", "bytes", "connections")
_HEADER_BYTES = 64


class Tally:
    """Counts of one sink; times are nanoseconds of the monotonic clock, which processes share."""

    def __init__(self, *, path: Path, readers: int, make: bool = False) -> None:
        self.readers = readers
        # In whole words, so that the times after it are aligned.
        self._room = (readers // 8 + 1) * 8
        size = _HEADER_BYTES + self._room + 8 * self._room
        if make:
            with path.open("wb") as file:
                file.truncate(size)
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), size)
        whole = memoryview(self._map)
        end = _HEADER_BYTES + self._room
        self._header = whole[:_HEADER_BYTES].cast("Q")
        self.counts = whole[_HEADER_BYTES:end]
        self.times = whole[end:].cast("Q")

    def __getattr__(self, name: str) -> int:
        """One of the totals, such as `mails`."""
        if name not in _HEADER:
            raise AttributeError(name)
        return self._header[_HEADER.index(name)]

    def connect(self) -> None:
        """A connection was made."""
        self._header[6] += 1

    def receive(self, size: int) -> None:
        """So many bytes came."""
        header = self._header
        if not header[0]:
            header[0] = time.monotonic_ns()
        header[5] += size

    def take(self, readers: list[int]) -> None:
        """One call handed over a mail to each of these readers."""
        now = time.monotonic_ns()
        header, counts, times = self._header, self.counts, self.times
        if not header[1]:
            header[1] = now
        header[2] = now
        header[3] += 1
        header[4] += len(readers)
        for number in readers:
            if number < self._room:
                # A byte: 255 means "often enough".
                counts[number] = min(counts[number] + 1, 255)
                times[number] = now

    def clear(self) -> None:
        """Forget everything; only while nothing is being sent."""
        self._map[:] = bytes(len(self._map))

    def close(self) -> None:
        """Let go of the file."""
        for view in (self._header, self.counts, self.times):
            view.release()
        self._map.close()

    def taken(self) -> set[int]:
        """Numbers of the readers who were mailed at least once."""
        return {number for number, count in enumerate(bytes(self.counts)) if count}

    def doubled(self) -> set[int]:
        """Numbers of the readers who were mailed more than once."""
        return {number for number, count in enumerate(bytes(self.counts)) if count > 1}
