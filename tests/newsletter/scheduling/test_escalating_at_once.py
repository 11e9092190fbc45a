"""Two ticks at the same moment, on several machines: staff are told once."""

import threading
from datetime import timedelta

import pytest
from django.db import connection

from newsletter.models import Escalation
from newsletter.scheduling import escalation, needs
from subscribers.models import Notice, StaffCall
from tests.factories import make_digest, make_schedule, make_staff
from tests.newsletter.scheduling.planned import DUE

pytestmark = pytest.mark.django_db(transaction=True)


def test_ticks_that_look_at_the_same_moment_tell_once(monkeypatch, settings) -> None:
    settings.STAFF_WEBHOOK_URL = "https://chat.example/hook"
    make_staff(is_superuser=True)
    make_digest(make_schedule(approval="editor").newsletter, release_at=DUE)
    all_looked = threading.Barrier(4)

    def need(**given: object) -> needs.Need | None:
        found = needs.need(**given)
        all_looked.wait(20)
        return found

    monkeypatch.setattr(escalation, "need", need)

    def tick() -> None:
        try:
            escalation.escalate(now=DUE - timedelta(minutes=60))
        finally:
            connection.close()

    ticks = [threading.Thread(target=tick) for _ in range(4)]
    for one in ticks:
        one.start()
    for one in ticks:
        one.join()
    assert Escalation.objects.count() == Notice.objects.count() == StaffCall.objects.count() == 1


def test_one_that_cannot_be_told_is_told_by_the_next_tick(monkeypatch) -> None:
    """The row and the mails are one transaction: neither is there without the other."""
    make_staff(is_superuser=True)
    make_digest(make_schedule(approval="editor").newsletter, release_at=DUE)
    with monkeypatch.context() as broken:
        broken.setattr("subscribers.notice_queue.insert", None)
        escalation.escalate(now=DUE - timedelta(minutes=60))
    assert not Escalation.objects.exists()
    escalation.escalate(now=DUE - timedelta(minutes=59))
    assert Escalation.objects.count() == Notice.objects.count() == 1
