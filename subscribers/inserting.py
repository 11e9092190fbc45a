"""INSERTs in one statement of our own: `insert` where a request waits, `insert_new` for thousands.

The ORM makes its SQL anew each time, which takes longer than the database does; in `insert` it is
made once for a kind of row. Both databases know ON CONFLICT and RETURNING.
"""

import json
from collections.abc import Mapping, Sequence
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


def insert_new(
    model: type[Model],
    *,
    each: Mapping[str, Sequence[Any]],
    same: Mapping[str, Any],
    returning: str,
) -> set[Any]:
    """Insert rows in one statement but for those that conflict; `returning` of those inserted.

    `each`: column -> its values, equally many and in the order of the rows. `same`: column -> the
    value of every row. Columns in neither get their default. (Django's bulk_create cannot say which
    rows were left out.)
    """
    fields = {str(field.column): field for field in model._meta.concrete_fields}  # noqa: SLF001
    left = [name for name in fields if name not in {*each, *same} and not fields[name].primary_key]
    fixed: dict[str, Any] = {name: fields[name].get_default() for name in left}
    fixed |= same
    rows: list[Any] = [
        [_plain(fields[name], one) for one in values] for name, values in each.items()
    ]
    if connection.vendor == "postgresql":
        kinds = [_kind(fields[name]) for name in each]
        source = (
            f"unnest({', '.join(f'%s::{kind}[]' for kind in kinds)}) AS source({', '.join(each)})"
        )
        columns = list(each)
    else:
        columns = [f"json_extract(value, '$[{place}]')" for place in range(len(each))]
        source, rows = "json_each(%s)", [json.dumps(list(zip(*rows, strict=True)))]
    columns += [_cast(fields[name]) for name in fixed]
    values = [_plain(fields[name], value) for name, value in fixed.items()]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {model._meta.db_table} ({', '.join([*each, *fixed])})"  # noqa: S608, SLF001
            f" SELECT {', '.join(columns)} FROM {source} WHERE true"
            f" ON CONFLICT DO NOTHING RETURNING {returning}",
            [*values, *rows],
        )
        return {row[0] for row in cursor.fetchall()}


def _plain(field: "Field[Any, Any]", value: Any) -> Any:
    plain = isinstance(value, str | int) or value is None
    return value if plain else field.get_db_prep_save(value, connection)


def _kind(field: "Field[Any, Any]") -> str:
    # Without its length: a cast would cut what is too long, where the column refuses it.
    return (field.rel_db_type(connection) or "").split("(")[0]


def _cast(field: "Field[Any, Any]") -> str:
    return f"%s::{_kind(field)}" if connection.vendor == "postgresql" else "%s"
