"""Django's Redis cache for those who ask it at every request."""

from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import Redis


class _KeptClient(RedisCacheClient):
    """Keeps its clients: Django makes one at each call, which costs more than the call."""

    def __init__(self, servers: Any, **options: Any) -> None:
        super().__init__(servers, **options)
        self._clients: dict[bool, Redis] = {}

    def get_client(self, key: Any = None, *, write: bool = False) -> Redis:
        if write not in self._clients:
            # Safe in threads: it holds nothing but the pool.
            self._clients[write] = super().get_client(key, write=write)
        return self._clients[write]

    def incr(self, key: Any, delta: int) -> int:
        """One round trip instead of two; raises ValueError for a key that is not there."""
        with self.get_client(key, write=True).pipeline(transaction=False) as asked:
            asked.exists(key)
            asked.incrby(key, delta)
            was_there, value = asked.execute()
        if not was_there:
            self.get_client(key, write=True).delete(key)
            raise ValueError(f"Key '{key}' not found.")
        return int(value)


class KeptRedisCache(RedisCache):
    """The same cache, with clients that are kept."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = _KeptClient
