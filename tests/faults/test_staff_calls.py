"""A worker that is killed between the claim of a call and its answer: the call comes again."""

from datetime import timedelta
from pathlib import Path

import pytest
from celery import current_app

from subscribers import staff_calls
from subscribers.clock import database_now
from subscribers.models import StaffCall
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
        assert staff_calls.make_due() == 0
        # Instead of waiting for its end.
        StaffCall.objects.update(lease_until=database_now() - timedelta(seconds=1))
        assert staff_calls.make_due() == 1
        assert hook.ids() == [str(call.pk)] * 2
        assert StaffCall.objects.get().state == StaffCall.State.TAKEN
