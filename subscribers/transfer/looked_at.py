"""Files that were looked at at the desk and wait for the button, with what would become of them.

In the cache, so that every web server finds them and they go away by themselves: a file of
addresses must not lie about. When the cache loses one, it is chosen again.
"""

import zlib
from dataclasses import dataclass
from uuid import UUID, uuid4

from django.core.cache import cache
from redis.exceptions import RedisError

from subscribers.transfer.importing import Agreement
from subscribers.transfer.report import Report

LIFE_SECONDS = 30 * 60
AWAY = "The store for uploaded files does not answer. Try again, or use import_subscribers."


class StoreAway(Exception):
    """The cache cannot be reached; its text is a sentence for staff."""


@dataclass(slots=True)
class LookedAt:
    """`content` is compressed; none once it was imported. `by`: the account that may import it."""

    by: int
    newsletter_id: int
    agreed: Agreement
    report: Report
    content: bytes | None = None

    @property
    def file(self) -> bytes:
        """The file as it was uploaded."""
        return zlib.decompress(self.content or b"")


def keep(one: LookedAt, *, file: bytes | None, token: UUID | None = None) -> UUID:
    """Keep it for half an hour; the token that finds it. Raises StoreAway."""
    token = token or uuid4()
    one.content = None if file is None else zlib.compress(file, level=1)
    try:
        cache.set(_key(token), one, timeout=LIFE_SECONDS)
    except (RedisError, OSError) as error:
        raise StoreAway(AWAY) from error
    return token


def find(*, token: UUID, by: int) -> LookedAt | None:
    """What this account looked at; None when it is gone or another's. Raises StoreAway."""
    try:
        one = cache.get(_key(token))
    except (RedisError, OSError) as error:
        raise StoreAway(AWAY) from error
    return one if isinstance(one, LookedAt) and one.by == by else None


def _key(token: UUID) -> str:
    return f"import:{token}"
