"""Real workers, a real receiver: staff hear of it once, and again when nobody knows if they did."""

from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app

from subscribers.clock import database_now
from subscribers.models import Notice, StaffCall
from subscribers.staff import calls
from tests.factories import make_digest, make_schedule, make_staff
from tests.receiver import receiver
from tests.servers import Broker, Worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_server]


def test_a_call_in_hand_when_its_worker_is_killed_comes_again_with_its_id(
    broker: Broker, transactional_db: None, tmp_path: Path, settings, request
) -> None:
    with receiver() as hook:
        settings.STAFF_WEBHOOK_URL = hook.url
        hook.answer = lambda number: (200, 4.0 if number == 1 else 0.0)
        worker = Worker(broker=broker, log=tmp_path / "worker.log")
        request.addfinalizer(worker.kill)
        worker.start(STAFF_WEBHOOK_URL=hook.url)
        now = database_now()
        call = StaffCall.objects.create(body={"text": "Held."}, not_before=now, created_at=now)
        current_app.send_task("subscribers.call_staff", queue="default")
        wait_for(lambda: bool(hook.calls), seconds=20, what="the call", log=worker.log_file)
        worker.kill()
        assert StaffCall.objects.get().state == StaffCall.State.CLAIMED
        assert calls.make_due() == 0
        # Instead of waiting for its end.
        StaffCall.objects.update(lease_until=database_now() - timedelta(seconds=1))
        assert calls.make_due() == 1
        assert hook.ids() == [str(call.pk)] * 2
        assert StaffCall.objects.get().state == StaffCall.State.TAKEN


def test_a_mail_that_waits_is_heard_of_once_however_many_ticks_and_workers_there_are(
    broker: Broker, transactional_db: None, tmp_path: Path, settings, request
) -> None:
    make_staff(is_superuser=True)
    due = database_now() + timedelta(minutes=50)
    make_digest(make_schedule(approval="editor").newsletter, release_at=due)
    with receiver() as hook:
        settings.STAFF_WEBHOOK_URL = hook.url
        workers = [Worker(broker=broker, log=tmp_path / f"{number}.log") for number in range(2)]
        for worker in workers:
            request.addfinalizer(worker.kill)
            worker.start(STAFF_WEBHOOK_URL=hook.url, EMAIL_PROVIDERS="outbox")
        for _ in range(12):
            current_app.send_task("newsletter.escalate", queue="default")
        wait_for(StaffCall.objects.exists, seconds=30, what="the row", log=workers[0].log_file)
        for _ in range(12):
            current_app.send_task("subscribers.call_staff", queue="default")
        wait_for(lambda: bool(hook.calls), seconds=30, what="the call", log=workers[0].log_file)
        wait_for(lambda: all(one.is_idle() for one in workers), seconds=30, what="their rest")
        assert hook.ids() == [str(StaffCall.objects.get().pk)]
        assert Notice.objects.get().kind == Notice.Kind.STAFF_ALERT
