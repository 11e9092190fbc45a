"""The witnesses of how far sending had come: Redis and a file, which no restore takes back.

Each repeats one word: which database, and its counter. Both may be missing at any time, and neither
ever keeps anybody waiting for more than a second.
"""

import json
import os
import pickle
import threading
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import structlog
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import RedisError

KEY = "sending-witness"
FILE = "sending-witness.json"
# After a failure Redis is left alone for a while: each try may cost a time-out of a second.
_REST_SECONDS = 15.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Word:
    """`place` as in `whereabouts`, and the counter that it had committed."""

    place: str
    counter: int


def read() -> list[Word]:
    """What the witnesses say, at most two words; one that is away or unreadable says nothing."""
    return [word for word in (_understood(_redis.get()), _understood(_read_file())) if word]


def write(word: Word) -> None:
    """Tell both. Only ever what the database has committed; trouble is logged and passed over.

    One that knows more of the same place keeps what it knows: another worker came first.
    """
    text = json.dumps(asdict(word))
    if _is_news(word, _understood(_redis.get())):
        _redis.set(text)
    if _is_news(word, _understood(_read_file())):
        _write_file(text)


def _is_news(word: Word, known: Word | None) -> bool:
    return known is None or known.place != word.place or known.counter < word.counter


def _understood(text: str | None) -> Word | None:
    try:
        said = json.loads(text or "null")
        return Word(place=str(said["place"]), counter=int(said["counter"]))
    except (ValueError, TypeError, KeyError):
        return None


def _path() -> Path:
    return Path(settings.VAR_DIR) / FILE


def _read_file() -> str | None:
    try:
        return _path().read_text(encoding="utf-8")
    except (OSError, ValueError):
        return None


def _write_file(text: str) -> None:
    """Whole or not at all: written beside it, synced, then put in its place."""
    path = _path()
    beside = path.with_name(f".{path.name}.{os.getpid()}-{threading.get_ident()}")
    try:
        with beside.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError as error:
        beside.unlink(missing_ok=True)
        log.warning("witness_file_not_written", error=type(error).__name__)


class _Redis:
    """The word in Redis, which is left alone for a while after it failed."""

    def __init__(self) -> None:
        self._rests_until = 0.0

    def get(self) -> str | None:
        text = self._try(lambda: cache.get(KEY))
        return text if isinstance(text, str) else None

    def set(self, text: str) -> None:
        self._try(lambda: cache.set(KEY, text, timeout=None))

    def _try(self, call: Callable[[], object]) -> object:
        if time.monotonic() < self._rests_until:
            return None
        try:
            return call()
        except (RedisError, OSError, ValueError, pickle.UnpicklingError) as error:
            self._rests_until = time.monotonic() + _REST_SECONDS
            log.warning("witness_redis_away", error=type(error).__name__)
            return None


_redis = _Redis()
