"""INSERTs in one statement of our own where a request waits for them.

The ORM makes its SQL anew each time, which takes longer than the database does; here it is made
once for a kind of row. Both databases know ON CONFLICT and RETURNING.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model


def insert(
    rows: Sequence[Model], *, on_conflict: str = "", returning: str = "id"
) -> list[tuple[Any, ...]]:
    """Write unsaved rows of one model (at least one); what RETURNING says of each written.

    `on_conflict` is what follows ON CONFLICT, `returning` the columns; both are SQL of the
    caller's own, never what somebody typed. No signals are sent and no key is set.
    """
    model = type(rows[0])
    fields = _fields(model)
    values = [
        field.get_db_prep_save(getattr(row, field.attname), connection)
        for row in rows
        for field in fields
    ]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, len(rows), on_conflict, returning), values)
        return list(cursor.fetchall())


@lru_cache(maxsize=64)
def _fields(model: type[Model]) -> list[Field[Any, Any]]:
    return [field for field in model._meta.concrete_fields if not field.primary_key]  # noqa: SLF001


@lru_cache(maxsize=256)
def _statement(model: type[Model], rows: int, on_conflict: str, returning: str) -> str:
    fields = _fields(model)
    columns = ", ".join(f'"{field.column}"' for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    conflict = f" ON CONFLICT {on_conflict}" if on_conflict else ""
    return (
        f'INSERT INTO "{model._meta.db_table}" ({columns}) VALUES {", ".join([row] * rows)}'  # noqa: S608, SLF001
        f"{conflict} RETURNING {returning}"
    )
