"""After an import the database knows how many readers there are."""

from typing import Any

import pytest
from django.db import OperationalError, connection
from django.db.backends.utils import CursorWrapper

from tests.factories import make_newsletter
from tests.subscribers.transfer.files import bring_in

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="PostgreSQL only"),
]
TABLES = ["subscribers_subscriber", "subscribers_subscription"]


@pytest.fixture(autouse=True)
def _forgotten() -> None:
    """What a table seems to hold after a load that was rolled back: pages, and nobody in them."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_class SET reltuples = 0 WHERE relname = ANY(%s)", [TABLES])


def thought() -> set[int]:
    """How many rows the planner takes each table for."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT reltuples::int FROM pg_class WHERE relname = ANY(%s)", [TABLES])
        return {number for (number,) in cursor.fetchall()}


def readers(how_many: int) -> str:
    return "\n".join(["address", *(f"r{number}@mail.example" for number in range(how_many))])


def test_an_import_is_counted() -> None:
    bring_in(make_newsletter(), readers(1_200))
    assert thought() == {1_200}


def test_looking_first_writes_nothing() -> None:
    bring_in(make_newsletter(), readers(3), dry_run=True)
    assert thought() == {0}


def test_it_is_left_to_the_server_where_somebody_holds_the_tables(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    execute = CursorWrapper.execute

    def refuse(self: Any, sql: Any, params: Any = None) -> Any:
        if str(sql).startswith("ANALYZE"):
            raise OperationalError("canceling statement due to lock timeout")
        return execute(self, sql, params)

    monkeypatch.setattr(CursorWrapper, "execute", refuse)
    assert bring_in(make_newsletter(), readers(3)).imported == 3
