"""How many sign-ups one network may make, counted in Redis, or in this process without it.

A limit that is away must never keep a reader out, so every failure of the cache is caught.
"""

import threading
import time
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

WINDOW = timedelta(minutes=10)
MOST_IN_WINDOW = 20
# After a failure the cache is left alone for a while: each try may cost a connect time-out.
_CACHE_REST_SECONDS = 15.0
# Networks that a process counts by itself in one window: about 10 MB.
_MOST_KEPT = 50_000

log = structlog.get_logger(__name__)


class TooMany(Exception):
    """Too many sign-ups; `minutes` until there may be more."""

    def __init__(self, minutes: int) -> None:
        super().__init__(f"Try again in {minutes} minutes.")
        self.minutes = minutes


def count_sign_up(*, network: str, now: datetime) -> None:
    """Count one sign-up of `network`; raises TooMany. An unknown network ("") has no limit."""
    if not settings.SIGNUP_LIMITS or not network:
        return
    window, elapsed = divmod(int(now.timestamp()), int(WINDOW.total_seconds()))
    if _counter.increment(network, window) > MOST_IN_WINDOW:
        raise TooMany(minutes=-(-(int(WINDOW.total_seconds()) - elapsed) // 60))


class _Counter:
    """Counts per network and window in the cache; while that is away, in this process."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._window = 0
        self._local: dict[str, int] = {}
        self._cache_rests_until = 0.0

    def increment(self, network: str, window: int) -> int:
        if time.monotonic() >= self._cache_rests_until:
            try:
                key = f"sign-up:{network}:{window}"
                # One round trip for a network that is new, as most are.
                if cache.add(key, 1, timeout=int(WINDOW.total_seconds())):
                    return 1
                return int(cache.incr(key))
            except (RedisError, OSError, ValueError) as error:
                self._cache_rests_until = time.monotonic() + _CACHE_REST_SECONDS
                log.warning("signup_limit_without_cache", error=type(error).__name__)
        return self._increment_here(network, window)

    def _increment_here(self, network: str, window: int) -> int:
        with self._lock:
            # A robot with a network for each request must not fill the memory; `flood` stops it.
            if window != self._window or len(self._local) >= _MOST_KEPT:
                self._window, self._local = window, {}
            self._local[network] = self._local.get(network, 0) + 1
            return self._local[network]


_counter = _Counter()
