"""A kept connection to PostgreSQL: a request on one that has ended gets another, not an error."""

import pytest
from django.db import connection, connections
from django.db.backends.postgresql import base

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL only"),
]


@pytest.fixture
def other():
    """A connection besides that of the test, with its number at the server."""
    kept = connections.create_connection("default")
    yield kept
    kept.close()


def _number(kept) -> int:
    with kept.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


@pytest.fixture
def asked(monkeypatch) -> list[object]:
    """How often the server was asked."""
    seen: list[object] = []
    ask = base.DatabaseWrapper.is_usable

    def is_usable(self) -> bool:
        seen.append(self)
        return bool(ask(self))

    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", is_usable)
    return seen


def test_one_that_stands_is_not_asked(other, asked):
    _number(other)
    assert other.is_usable()
    assert not asked


def test_one_that_the_server_ended_is_replaced(other):
    ended = _number(other)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [ended])
        assert cursor.fetchone() == (True,)
    assert not other.is_usable()
    # As at the beginning of a request.
    other.health_check_enabled, other.health_check_done = True, False
    other.close_if_health_check_failed()
    assert _number(other) != ended


def test_one_that_was_never_opened_is_not_usable(other):
    assert not other.is_usable()


def test_one_that_failed_is_asked(other, asked):
    _number(other)
    other.errors_occurred = True
    assert other.is_usable()
    assert asked == [other]


def test_one_that_was_interrupted_is_not_usable(other):
    _number(other)
    # A statement whose answer was never read.
    other.connection.pgconn.send_query(b"SELECT pg_sleep(1)")
    assert not other.is_usable()
