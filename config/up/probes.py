"""Whether each process answers: asked over the way that its users take."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import httpx
import redis
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from kombu.exceptions import OperationalError

from subscribers.tasks import TICK_KEY


def broker_answers() -> bool:
    """Whether Redis takes commands (it does not while it reads its file)."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=2, socket_timeout=2)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


def web_answers(address: str) -> Callable[[], bool]:
    """A probe of the web server at `address` (scheme, host and port)."""
    # As the proxy in front asks: other hosts are refused.
    headers = {"Host": urlsplit(settings.SITE_URL).netloc}

    def ask() -> bool:
        try:
            answer = httpx.get(f"{address}/healthz", headers=headers, timeout=2, trust_env=False)
        except httpx.HTTPError:
            return False
        return answer.status_code == 200

    return ask


def worker_answers(node: str) -> Callable[[], bool]:
    """A probe of the Celery worker named `node`."""

    def ask() -> bool:
        try:
            return bool(current_app.control.ping(destination=[node], timeout=0.5))
        except (OperationalError, OSError):
            return False

    return ask


def beat_ticked(since: datetime) -> Callable[[], bool]:
    """A probe that is true when a tick of beat has been worked on after `since`."""

    def ask() -> bool:
        tick = cache.get(TICK_KEY)
        return bool(tick) and datetime.fromisoformat(tick) >= since

    return ask
