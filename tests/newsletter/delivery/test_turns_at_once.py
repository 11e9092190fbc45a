"""A digest that somebody holds for long keeps no drain from serving others."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection, connections, transaction

from newsletter.delivery import drain
from newsletter.models import Digest
from subscribers.models import OutboxMail
from tests.factories import make_newsletter, make_reader, make_readers

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite locks the whole file"),
]


@contextmanager
def held(digest: Digest) -> Iterator[None]:
    """Its row is another's while the block runs, as when a million readers are frozen."""
    is_held, is_over = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Digest.objects.filter(pk=digest.pk).update(version=digest.version)
            is_held.set()
            is_over.wait(30)
        connections.close_all()

    thread = threading.Thread(target=hold)
    thread.start()
    try:
        assert is_held.wait(10)
        yield
    finally:
        is_over.set()
        thread.join()


def test_a_turn_waits_for_nobody(newsletter, release, settings):
    settings.EMAIL_PROVIDERS = ["outbox"]
    make_readers(newsletter, 3)
    first = release(newsletter)
    # Some of its readers are still to be frozen.
    Digest.objects.filter(pk=first.pk).update(prepared_at=None)
    other = make_newsletter()
    reader = make_reader(other)
    release(other)
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '2s'")
    try:
        with held(first):
            drain.drain()
            assert OutboxMail.objects.filter(subscriber_id=reader.pk).exists()
            assert OutboxMail.objects.count() == 4
    finally:
        with connection.cursor() as cursor:
            cursor.execute("RESET lock_timeout")
