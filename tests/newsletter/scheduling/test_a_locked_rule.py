"""A rule that somebody holds locked, on PostgreSQL, holds up no other newsletter."""

import threading

import pytest
from django.db import connection, transaction

from newsletter.models import Digest, Schedule
from newsletter.scheduling.planning import plan
from tests.factories import make_article, make_schedule
from tests.newsletter.scheduling.planned import DUE, LEAD

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer."),
]


def test_a_rule_that_somebody_is_changing_holds_up_no_other_mail() -> None:
    make_article()
    many = [make_schedule() for _ in range(3)]
    plan(now=LEAD)
    changing, done = threading.Event(), threading.Event()

    def change() -> None:
        try:
            with transaction.atomic():
                Schedule.objects.select_for_update().get(pk=many[0].pk)
                changing.set()
                done.wait(timeout=30)
        finally:
            connection.close()

    somebody = threading.Thread(target=change)
    somebody.start()
    try:
        assert changing.wait(timeout=10)
        Schedule.objects.exclude(pk=many[0].pk).update(looks_at=None)
        plan(now=DUE)
        others = Digest.objects.exclude(newsletter=many[0].newsletter_id)
        assert set(others.values_list("state", flat=True)) == {"preparing"}
        assert somebody.is_alive()
    finally:
        done.set()
        somebody.join()
