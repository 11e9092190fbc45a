"""Redis, for what may be lost: clicks on their way to the database, and who was woken.

Never makes a reader or a provider wait: a Redis that does not answer at once is left alone for a
while, and the caller goes on without it.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar, cast

import structlog
from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError, ResponseError
from redis.retry import Retry

# Seconds that a request may lose to Redis, once in `REST`.
PATIENCE = 0.3
REST = 15.0
# Seconds for the workers, whom nobody waits for.
WORKERS_PATIENCE = 5.0
# About 50 MB; without workers for so long, the oldest clicks are dropped.
LONGEST = 1_000_000
# Milliseconds after which somebody who was woken and never came may be woken again.
WAKE_LASTS = 5_000

Result = TypeVar("Result")
log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Away:
    """Until when Redis is left alone, by the clock of this process."""

    until: float = 0.0


_away = _Away()
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class Entry:
    """One click in the stream; `id` is Redis's, "milliseconds-number"."""

    id: str
    words: str


def add(words: str) -> bool:
    """Put one click into the stream; False when Redis is away."""
    return bool(
        _quickly(lambda redis: redis.xadd(_key("clicks"), {"c": words}, maxlen=LONGEST)) or False
    )


def may_wake() -> bool:
    """Whether nobody was woken who did not come yet; False also when Redis is away."""
    return bool(
        _quickly(lambda redis: redis.set(_key("woken"), 1, nx=True, px=WAKE_LASTS)) or False
    )


def woken() -> None:
    """Whoever was woken is here: what is stored from now on needs another wake-up."""
    _quickly(lambda redis: redis.delete(_key("woken")))


def newest() -> str:
    """The id that the stream gave out last; "0-0" when there is no stream. Raises RedisError."""
    try:
        found = _worker().xinfo_stream(_key("clicks"))
    except ResponseError:
        return "0-0"
    return _text(found["last-generated-id"])


def read(*, after: str, at_most: int) -> Sequence[Entry]:
    """Clicks with ids after `after`, in order. Raises RedisError."""
    found = cast(
        "list[tuple[bytes, dict[bytes, bytes]]]",
        _worker().xrange(_key("clicks"), min=f"({after}", count=at_most),
    )
    return [Entry(_text(id_), _text(fields.get(b"c", b""))) for id_, fields in found]


def drop(*, up_to: str) -> None:
    """Take away the clicks up to and with the id `up_to`. Raises RedisError."""
    milliseconds, _, number = up_to.partition("-")
    following = f"{milliseconds}-{int(number) + 1}"
    _worker().xtrim(_key("clicks"), minid=following, approximate=False)


def position(id_: str) -> tuple[int, int]:
    """An id as it is ordered."""
    milliseconds, _, number = id_.partition("-")
    return int(milliseconds), int(number)


def _quickly(call: Callable[[Redis], Result]) -> Result | None:
    if time.monotonic() < _away.until:
        return None
    try:
        return call(_client(settings.REDIS_URL, PATIENCE))
    except (RedisError, OSError) as error:
        with _lock:
            _away.until = time.monotonic() + REST
        log.warning("redis_away", error=type(error).__name__)
        return None


def _worker() -> Redis:
    return _client(settings.REDIS_URL, WORKERS_PATIENCE)


@lru_cache(maxsize=8)
def _client(url: str, patience: float) -> Redis:
    """One pool of connections for each process; asking again is for the next one."""
    return Redis.from_url(
        url,
        socket_timeout=patience,
        socket_connect_timeout=patience,
        retry=Retry(NoBackoff(), 0),
    )


def _key(name: str) -> str:
    prefix = settings.CACHES["default"].get("KEY_PREFIX", "newsletter")
    return f"{prefix}:{name}"


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
