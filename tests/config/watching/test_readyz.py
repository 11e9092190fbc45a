"""/readyz with real parts: each taken away in turn."""

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from newsletter.tasks import plan_digests
from subscribers import heartbeats
from subscribers.clock import database_now
from subscribers.models import Heartbeat, SendingLock
from subscribers.tasks import send_due_notices
from tests.servers import Broker, Worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_server]


def ask(client: Client) -> tuple[int, dict[str, dict[str, str]]]:
    response = client.get("/readyz")
    body = json.loads(response.content)
    assert body["ready"] is (response.status_code == 200)
    return response.status_code, {check["check"]: check for check in body["checks"]}


def failed(client: Client) -> set[str]:
    _, checks = ask(client)
    return {name for name, check in checks.items() if check["status"] == "failed"}


@pytest.fixture
def well(worker: Worker) -> Worker:
    """A worker on every queue, and a tick worked on just now."""
    send_due_notices.run()
    plan_digests.run()
    return worker


def test_it_is_ready_with_a_worker_on_every_queue_and_a_tick(client: Client, well: Worker):
    status, checks = ask(client)
    assert status == 200, checks
    assert checks["queue bulk"]["detail"] == "1 worker"


def test_a_killed_worker_is_missed_on_its_queue_only(
    client: Client, well: Worker, broker: Broker, tmp_path: Path, request
):
    other = Worker(broker=broker, log=tmp_path / "other.log")
    request.addfinalizer(other.kill)
    other.start(queues="bulk", concurrency=1)
    wait_for(
        lambda: ask(client)[1]["queue bulk"]["detail"] == "2 workers",
        seconds=10,
        what="the second worker's sign",
    )
    well.kill()
    # Instead of waiting for 15 s: all that was heard so far is 12 s older, also from the living.
    earlier = database_now() - timedelta(seconds=12)
    Heartbeat.objects.update(seen_at=earlier)

    def missed() -> set[str]:
        send_due_notices.run()
        return failed(client)

    wait_for(
        lambda: missed() == {"queue transactional", "queue events", "queue default"},
        seconds=12,
        what="the queues of the dead worker",
    )


def test_a_worker_goes_on_saying_that_it_is_there(client: Client, well: Worker):
    Heartbeat.objects.update(seen_at=database_now() - timedelta(minutes=1))
    assert "queue bulk" in failed(client)
    wait_for(lambda: not failed(client), seconds=12, what="the next signs")


def test_a_worker_says_it_again_after_its_broker_was_away(
    client: Client, mortal_broker: Broker, tmp_path: Path, transactional_db: None, request
):
    worker = Worker(broker=mortal_broker, log=tmp_path / "worker.log")
    request.addfinalizer(worker.kill)
    worker.start()
    send_due_notices.run()
    plan_digests.run()
    assert failed(client) == set()
    with mortal_broker.away():
        assert {"broker", "tick", "planner"} <= failed(client)
    Heartbeat.objects.all().delete()
    send_due_notices.run()
    plan_digests.run()
    wait_for(lambda: not failed(client), seconds=30, what="the worker's signs", log=worker.log_file)


def test_a_locked_database_leaves_it_ready(client: Client, well: Worker):
    SendingLock.objects.update_or_create(
        pk=1, defaults={"locked_at": database_now(), "reason": "It was restored."}
    )
    status, checks = ask(client)
    assert (status, checks["sending"]["status"]) == (200, "warning")


def test_a_database_without_its_tables_says_to_migrate(client: Client, well: Worker):
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM django_migrations WHERE app = 'newsletter' AND name = '0001_initial'"
        )
    try:
        assert "database" in failed(client)
        assert ask(client)[1]["database"]["remedy"] == "Run manage.py migrate."
    finally:
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO django_migrations (app, name, applied)"
                " VALUES ('newsletter', '0001_initial', CURRENT_TIMESTAMP)"
            )


@contextmanager
def deaf_server() -> Iterator[int]:
    """Takes connections and never says a word, as a server behind a broken network."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


def test_a_broker_that_takes_connections_and_is_silent_does_not_hang_it(
    client: Client, transactional_db: None, settings
):
    with deaf_server() as port:
        settings.REDIS_URL = f"redis://127.0.0.1:{port}"
        status, checks = ask(client)
    assert status == 503
    assert checks["broker"]["status"] == "failed"
    assert checks["database"]["status"] == "ok"


def test_a_database_that_is_silent_does_not_hang_it(client: Client, monkeypatch):
    released = []

    def silent(**_: object) -> None:
        while not released:
            time.sleep(0.05)
        # It must not go on reading while the tables are emptied.
        raise ConnectionError

    monkeypatch.setattr("config.watching.asking.database_now", silent)
    try:
        status, checks = ask(client)
    finally:
        released.append(True)
    assert status == 503
    assert checks["database"]["detail"] == "does not answer"


def test_it_is_answered_by_whatever_name_it_is_asked(client: Client, settings):
    settings.ALLOWED_HOSTS = ["news.example.org"]
    for path in ("/healthz", "/readyz", "/metrics"):
        assert client.get(path, headers={"host": "10.0.0.7:8000"}).status_code != 400, path
    assert client.get("/", headers={"host": "10.0.0.7:8000"}).status_code == 400


def test_it_has_one_line_for_each_check_and_no_secret(client: Client, settings):
    settings.REDIS_URL = "redis://user:hush@127.0.0.1:1/0"
    text = client.get("/readyz").text
    lines = text.splitlines()
    assert lines[0] == '{"ready": false, "checks": ['
    assert [json.loads(line.rstrip(","))["check"] for line in lines[1:-1]][:2] == [
        "database",
        "broker",
    ]
    assert "hush" not in text
    assert "127.0.0.1" not in text
    assert client.post("/readyz").status_code == 405


def test_a_sign_of_life_is_kept_once_and_forgotten_after_a_day(transactional_db: None):
    Heartbeat.objects.create(
        node="old@host", queue="bulk", seen_at=database_now() - timedelta(days=2)
    )
    for _ in range(2):
        heartbeats.beat(node="new@host", queues=["bulk", "events"])
    assert sorted(Heartbeat.objects.values_list("node", "queue")) == [
        ("new@host", "bulk"),
        ("new@host", "events"),
    ]
    seen = heartbeats.last_seen(of=connection)
    assert heartbeats.alive(seen=seen, now=database_now()) == {"bulk": 1, "events": 1}
