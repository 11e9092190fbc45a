"""After an import the database knows how many readers there are."""

import pytest
from django.db import connection

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
