"""A kept connection to PostgreSQL: a request on one that has ended gets another, not an error."""

import pytest
from django.db import connection, connections

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


def test_one_that_stands_is_not_asked(other):
    _number(other)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    seen = []
    with other.execute_wrapper(lambda *args: seen.append(args)):
        assert other.is_usable()
    assert not seen


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
