"""How the service stands, for pages of the desk: asked in the background, so that none waits.

However many pages are drawn, database and broker are asked every 5 s by one process, over
connections of their own and within a second. A page shows what is known; only one that comes after
a long silence waits half a second for news, and one that hears none says nothing.
"""

import threading
import time
from dataclasses import dataclass, field

import structlog

from config.watching.asking import ask
from config.watching.troubles import Trouble, find

KEEP_SECONDS = 5.0
# Older than this it is no news: a page waits for fresh.
STALE_SECONDS = 15.0
PATIENCE = 0.5
# What is started together with this process need not have spoken yet.
GRACE_SECONDS = 15.0

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Kept:
    """What this process heard last, and when (monotonic)."""

    _found: tuple[Trouble, ...] = ()
    _at: float = float("-inf")
    _started: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _asking: threading.Thread | None = None

    def troubles(self) -> tuple[Trouble, ...]:
        """What stands in the way of all mails; never raises, and waits half a second at most."""
        if time.monotonic() - self._started < GRACE_SECONDS:
            return ()
        if self._age() > KEEP_SECONDS:
            asking = self._ask_anew()
            if self._age() > STALE_SECONDS:
                asking.join(PATIENCE)
        return self._found if self._age() <= STALE_SECONDS else ()

    def _age(self) -> float:
        return time.monotonic() - self._at

    def _ask_anew(self) -> threading.Thread:
        """The thread that asks; one at a time."""
        with self._lock:
            if self._asking is None or not self._asking.is_alive():
                self._asking = threading.Thread(target=self._ask, name="standing", daemon=True)
                self._asking.start()
            return self._asking

    def _ask(self) -> None:
        try:
            database, broker = ask()
            self._found = find(database=database, broker=broker)
        except Exception:
            log.exception("standing_not_known")
            return
        self._at = time.monotonic()


kept = Kept()
