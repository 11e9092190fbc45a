"""The cache on a real Redis, with clients that are kept."""

import pytest

from config.cache import KeptRedisCache


@pytest.fixture
def kept(broker, settings) -> KeptRedisCache:
    """A cache of the kind that the settings name."""
    own = {"KEY_PREFIX": f"{broker.prefix}kept"}
    return KeptRedisCache(settings.REDIS_URL, own)


def test_it_counts(kept):
    kept.add("visits", 0, timeout=60)
    assert [kept.incr("visits") for _ in range(3)] == [1, 2, 3]
    assert kept.get("visits") == 3


def test_it_does_not_count_what_is_not_there(kept):
    with pytest.raises(ValueError, match="not found"):
        kept.incr("nothing")
    assert kept.get("nothing") is None


def test_it_keeps_its_client(kept):
    kept.set("a", 1)
    assert kept._cache.get_client("a") is kept._cache.get_client("b")
