"""Ids through a real broker and a real worker: one word finds all that came of a beginning."""

import json
import os
import signal
from pathlib import Path

import pytest
from celery import current_app
from django.db import transaction
from structlog.contextvars import bound_contextvars

from newsletter import wake
from newsletter.digests import lifecycle
from newsletter.models import Digest
from subscribers.clock import database_now
from tests.factories import make_newsletter, make_readers, make_scheduled_digest
from tests.servers import Broker, Worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_server]


@pytest.fixture
def worker(broker: Broker, transactional_db: None, tmp_path: Path):
    process = Worker(broker=broker, log=tmp_path / "worker.log")
    process.start(concurrency=1, LOG_FORMAT="json")
    yield process
    process.kill()


def lines(worker: Worker) -> list[dict]:
    found = [one for one in worker.log.splitlines() if one.startswith("{") and one.endswith("}")]
    return [json.loads(one) for one in found]


def test_all_that_came_of_one_wake_up_carries_its_trace_and_the_ids_it_worked_on(worker: Worker):
    newsletter = make_newsletter()
    make_readers(newsletter, 30)
    now = database_now()
    digest = make_scheduled_digest(newsletter, release_at=now)
    lifecycle.release(digest_id=digest.pk, now=now)

    with bound_contextvars(trace="began-here"):
        wake.send(wake.PREPARE, digest_id=digest.pk)
    wait_for(
        lambda: Digest.objects.filter(pk=digest.pk, state=Digest.State.SENT).exists(),
        seconds=30,
        what="the mail",
    )

    ours = [one for one in lines(worker) if one.get("digest") == digest.pk]
    prepared = [one for one in ours if one["task"] == wake.PREPARE]
    sent = [one for one in ours if one["task"] == wake.DRAIN]
    assert [one["new"] for one in prepared if one["event"] == "digest_moved"] == ["sending"]
    assert {one["event"] for one in sent} >= {"batch_answered", "digest_moved"}
    assert {one["trace"] for one in ours} == {"began-here"}
    assert all(one["task_id"] for one in ours)
    assert all(one["batch"] for one in sent if one["event"] == "batch_answered")


def test_a_task_that_fails_is_named_with_its_ids_and_the_next_has_none_of_them(worker: Worker):
    # Without the id that it needs: an error of the task's own.
    for number in (4_711, 4_712):
        current_app.send_task(wake.PREPARE, kwargs={"image_id": number}, queue="bulk")
        current_app.send_task("newsletter.count_clicks", queue="events")
    wait_for(
        lambda: len([one for one in lines(worker) if "raised unexpected" in one["event"]]) == 2,
        seconds=20,
        what="both failures",
        log=worker.log_file,
    )

    first, second = (one for one in lines(worker) if "raised unexpected" in one["event"])
    assert (first["task"], first["image"]) == (wake.PREPARE, 4_711)
    assert (second["task"], second["image"]) == (wake.PREPARE, 4_712)
    assert first["task_id"] in first["event"]
    assert first["trace"] != second["trace"]
    assert {one.get("image") for one in lines(worker) if not one.get("task")} == {None}


def test_a_worker_process_that_dies_is_named_with_the_ids_of_its_task(worker: Worker):
    now = database_now()
    digest = make_scheduled_digest(make_newsletter(), release_at=now)
    lifecycle.release(digest_id=digest.pk, now=now)
    with transaction.atomic():
        # The task waits for its row, and dies there.
        Digest.objects.select_for_update().get(pk=digest.pk)
        current_app.send_task(wake.PREPARE, kwargs={"digest_id": digest.pk}, queue="bulk")
        wait_for(worker.is_busy, seconds=10, what="the task in the pool")
        for child in _pool(worker.pid):
            os.kill(child, signal.SIGKILL)

    def lost() -> list[dict]:
        return [one for one in lines(worker) if "WorkerLostError" in json.dumps(one)]

    wait_for(lambda: bool(lost()), seconds=20, what="the line", log=worker.log_file)
    assert lost()[0]["digest"] == digest.pk
    assert lost()[0]["task"] == wake.PREPARE


def _pool(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
