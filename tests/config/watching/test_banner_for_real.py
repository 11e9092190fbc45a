"""The banner with real parts: the worker dies, the broker goes, and it goes away by itself."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.urls import reverse

from config.watching import asking, standing
from newsletter.tasks import plan_digests
from subscribers.clock import database_now
from subscribers.models import Heartbeat
from subscribers.tasks import send_due_notices
from tests.factories import make_staff
from tests.servers import Broker, Worker, wait_for

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.needs_server]


@pytest.fixture
def says(client, monkeypatch, transactional_db):
    """`says(words)`: whether the desk's first page says so, asked anew each time."""
    monkeypatch.setattr(standing, "ask", asking.ask)
    client.force_login(make_staff(is_superuser=True))

    def said(words: str) -> bool:
        monkeypatch.setattr(standing, "kept", standing.Kept())
        monkeypatch.setattr(standing, "PATIENCE", 5.0)
        return words in client.get(reverse("admin:index")).content.decode()

    return said


def ticked() -> None:
    send_due_notices.run()
    plan_digests.run()


def test_a_dead_worker_and_beat_are_missed_until_they_are_back(
    says, broker: Broker, tmp_path: Path, request
) -> None:
    worker = Worker(broker=broker, log=tmp_path / "worker.log")
    request.addfinalizer(worker.kill)
    worker.start()
    ticked()
    assert not says("desk-locked")
    worker.kill()
    # Instead of waiting for 15 s.
    Heartbeat.objects.update(seen_at=database_now() - timedelta(seconds=16))
    assert says("No worker serves bulk, events and default.")
    worker.start()
    ticked()
    wait_for(lambda: not says("desk-locked"), seconds=12, what="the banner's end")
    broker.clear()
    assert says("Beat is missing")


def test_a_broker_that_is_gone_is_said_once_and_waited_for_by_no_page(
    says, mortal_broker: Broker, tmp_path: Path, request
) -> None:
    worker = Worker(broker=mortal_broker, log=tmp_path / "worker.log")
    request.addfinalizer(worker.kill)
    worker.start()
    ticked()
    assert not says("desk-locked")
    with mortal_broker.away():
        assert says("Redis does not answer.")
        assert not says("No worker serves")
    ticked()
    wait_for(lambda: not says("desk-locked"), seconds=30, what="the banner's end")
