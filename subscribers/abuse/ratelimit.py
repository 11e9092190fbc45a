"""How many sign-ups one network may make, and failed log-ins one place: counted in Redis, or in
this process without it.

A limit that is away must never keep anybody out, so every failure of the cache is caught.
"""

import threading
import time
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

WINDOW = timedelta(minutes=10)
MOST_IN_WINDOW = 20
HOUR = timedelta(hours=1)
MOST_FAILED_LOG_INS = 100
# After a failure the cache is left alone for a while: each try may cost a connect time-out.
_CACHE_REST_SECONDS = 15.0
# Networks that a process counts by itself in one window: about 10 MB.
_MOST_KEPT = 50_000

log = structlog.get_logger(__name__)


class TooMany(Exception):
    """Too many sign-ups, or failed log-ins; `minutes` until there may be more."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"Try again in {minutes} minutes.")
        self.minutes = minutes


def count_sign_up(*, network: str, now: datetime) -> None:
    """Count one sign-up of `network`; raises TooMany. An unknown network ("") has no limit."""
    if not settings.SIGNUP_LIMITS or not network:
        return
    if _counter.increment(network, now) > MOST_IN_WINDOW:
        raise TooMany(minutes=_counter.minutes_left(now))


def count_failed_log_in(*, place: str, now: datetime) -> None:
    """Count one failed log-in from `place`. An unknown place ("") has no limit."""
    if place:
        _log_ins.increment(place, now)


def check_log_in(*, place: str, now: datetime) -> None:
    """Raise TooMany once too many log-ins from `place` failed within this hour."""
    if place and _log_ins.stands(place, now) >= MOST_FAILED_LOG_INS:
        raise TooMany(minutes=_log_ins.minutes_left(now))


class _Counter:
    """Counts per network and window in the cache; while that is away, in this process."""

    def __init__(self, what: str = "sign-up", window: timedelta = WINDOW) -> None:
        self._what = what
        self._seconds = int(window.total_seconds())
        self._lock = threading.Lock()
        self._window = 0
        self._local: dict[str, int] = {}
        self._cache_rests_until = 0.0

    def minutes_left(self, now: datetime) -> int:
        """Until the next window begins."""
        return -(-(self._seconds - int(now.timestamp()) % self._seconds) // 60)

    def increment(self, network: str, now: datetime) -> int:
        """Count one more; how many that makes."""
        window = self._window_of(now)
        found = self._ask(lambda: self._increment_there(self._key(network, window)))
        return self._increment_here(network, window) if found is None else found

    def stands(self, network: str, now: datetime) -> int:
        """How many there are, without counting one."""
        window = self._window_of(now)
        found = self._ask(lambda: int(cache.get(self._key(network, window), 0)))
        if found is not None:
            return found
        with self._lock:
            return self._local.get(network, 0) if window == self._window else 0

    def _window_of(self, now: datetime) -> int:
        return int(now.timestamp()) // self._seconds

    def _key(self, network: str, window: int) -> str:
        return f"{self._what}:{network}:{window}"

    def _ask(self, question: Callable[[], int]) -> int | None:
        """What the cache says; None while it is away."""
        if time.monotonic() < self._cache_rests_until:
            return None
        try:
            return question()
        except (RedisError, OSError, ValueError) as error:
            self._cache_rests_until = time.monotonic() + _CACHE_REST_SECONDS
            log.warning("limit_without_cache", of=self._what, error=type(error).__name__)
            return None

    def _increment_there(self, key: str) -> int:
        # One round trip for a network that is new, as most are.
        return 1 if cache.add(key, 1, timeout=self._seconds) else int(cache.incr(key))

    def _increment_here(self, network: str, window: int) -> int:
        with self._lock:
            # A robot with a network for each request must not fill the memory; `flood` stops it.
            if window != self._window or len(self._local) >= _MOST_KEPT:
                self._window, self._local = window, {}
            self._local[network] = self._local.get(network, 0) + 1
            return self._local[network]


_counter = _Counter()
_log_ins = _Counter("log-in", HOUR)
