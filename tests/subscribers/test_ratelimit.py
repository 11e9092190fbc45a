from datetime import UTC, datetime, timedelta

import pytest
from django.core.cache import cache

from subscribers.abuse import ratelimit

NOW = datetime(2026, 11, 24, 6, 33, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _fresh_counter(monkeypatch):
    cache.clear()
    monkeypatch.setattr(ratelimit, "_counter", ratelimit._Counter())


def _use_up(network):
    for _ in range(ratelimit.MOST_IN_WINDOW):
        ratelimit.count_sign_up(network=network, now=NOW)


def test_it_stops_a_network_that_signs_up_too_often():
    _use_up("203.0.113.0/24")
    with pytest.raises(ratelimit.TooMany) as caught:
        ratelimit.count_sign_up(network="203.0.113.0/24", now=NOW)
    assert caught.value.minutes == 7
    ratelimit.count_sign_up(network="198.51.100.0/24", now=NOW)
    ratelimit.count_sign_up(network="203.0.113.0/24", now=NOW + timedelta(minutes=7))


def test_it_counts_in_this_process_while_redis_is_away(settings, tmp_path):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"unix://{tmp_path}/nobody-listens.sock",
        }
    }
    _use_up("203.0.113.0/24")
    with pytest.raises(ratelimit.TooMany):
        ratelimit.count_sign_up(network="203.0.113.0/24", now=NOW)


def test_a_robot_with_many_networks_does_not_fill_the_memory(settings, tmp_path, monkeypatch):
    monkeypatch.setattr(ratelimit, "_MOST_KEPT", 100)
    monkeypatch.setattr(ratelimit._counter, "_cache_rests_until", float("inf"))
    for number in range(1_000):
        ratelimit.count_sign_up(network=f"2001:db8:0:{number:x}::/64", now=NOW)
    assert len(ratelimit._counter._local) <= 100


def test_it_can_be_switched_off_for_load_tests(settings):
    settings.SIGNUP_LIMITS = False
    _use_up("203.0.113.0/24")
    ratelimit.count_sign_up(network="203.0.113.0/24", now=NOW)


def test_an_unknown_network_is_not_limited():
    _use_up("")
    ratelimit.count_sign_up(network="", now=NOW)
