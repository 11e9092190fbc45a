"""Somebody who does something again and again until the soak is over, whatever is broken."""

import random
import threading
import time
import traceback
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from django.db import Error as DatabaseError
from django.db import connections


@dataclass
class Diary:
    """What actors did, counted; and what should not have happened at all."""

    did: Counter[str] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    # When a page answered with 5xx.
    failed: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, what: str, times: int = 1) -> None:
        with self._lock:
            self.did[what] += times

    def answered(self, status: int) -> None:
        """A page or a post was answered with this status."""
        if status >= 500:
            with self._lock:
                self.failed.append(now())

    def wonder(self, what: str) -> None:
        with self._lock:
            self.strange.append(what)


class Actor(threading.Thread):
    """Calls `act` about every `pause` seconds; what is away for a while is met with patience."""

    def __init__(
        self,
        name: str,
        act: Callable[[], None],
        *,
        pause: float,
        stop: threading.Event,
        diary: Diary,
        chance: random.Random,
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._act, self._pause, self._stop_at = act, pause, stop
        self._diary, self._chance = diary, chance

    def run(self) -> None:
        while not self._stop_at.wait(self._pause * self._chance.uniform(0.5, 1.5)):
            try:
                self._act()
            except (httpx.HTTPError, OSError, DatabaseError):
                self._diary.note(f"{self.name}: turned away")
            except Exception:  # noqa: BLE001
                # Whatever it is, it is told at the end, and the others go on.
                self._diary.wonder(f"{self.name}: {traceback.format_exc(limit=-3)}")
            finally:
                # PostgreSQL may be another one by the next time.
                connections.close_all()


def now() -> float:
    """Seconds that only go on."""
    return time.monotonic()
