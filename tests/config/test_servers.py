"""The servers that other tests stand on."""

import os

import pytest
from celery import current_app
from django.conf import settings
from django.core.cache import cache

from newsletter import wake
from tests.servers import Broker, Worker

pytestmark = pytest.mark.needs_server


def test_a_test_without_servers_sends_tasks_nowhere_and_caches_in_memory() -> None:
    cache.set("key", "value")
    current_app.send_task(wake.PLAN, queue="default", retry=False)
    assert cache.get("key") == "value"
    assert current_app.conf.broker_url == "memory://"


def test_the_cache_and_the_queues_are_in_the_broker(broker: Broker) -> None:
    cache.set("key", "value")
    current_app.send_task(wake.PLAN, queue="default", retry=False)
    assert broker.url == settings.REDIS_URL
    assert broker.client.llen(f"{broker.prefix}default") == 1
    assert list(broker.client.scan_iter(f"{broker.prefix}newsletter:*"))


def test_the_broker_is_empty_at_the_start_of_each_test(broker: Broker) -> None:
    # Which queues there are may stay: a worker that is still running is reached by it.
    keys = broker.client.scan_iter(f"{broker.prefix}*")
    assert not [key for key in keys if b"_kombu.binding." not in key]


@pytest.mark.django_db(transaction=True)
def test_a_worker_can_be_killed_and_started_again(worker: Worker) -> None:
    first = worker.pid
    os.kill(first, 0)
    worker.kill()
    with pytest.raises(ProcessLookupError):
        os.kill(first, 0)
    worker.start()
    assert worker.pid != first
