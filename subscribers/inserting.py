"""INSERTs in one statement of our own: `insert` where a request waits, `insert_new` for thousands.

The ORM makes its SQL anew each time, which takes longer than the database does; in `insert` it is
made once for a kind of row. Both databases know ON CONFLICT and RETURNING.
"""

import json
import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model

_WORD = re.compile(r"[a-z_]*")


def insert(
    model: type[Model],
    rows: Sequence[Mapping[str, Any]],
    *,
    on_conflict: str = "",
    returning: str = "id",
) -> list[tuple[Any, ...]]:
    """Write rows (at least one) of the same columns; what RETURNING says of each that was written.

    A column that is not named gets its field's default, as part of the statement. `on_conflict` is
    what follows ON CONFLICT, `returning` the columns; both are SQL of the caller's own, never what
    somebody typed. No signals are sent.
    """
    named = tuple(rows[0])
    fields = _fields(model)
    values = [_plain(fields[name], row[name]) for row in rows for name in named]
    with connection.cursor() as cursor:
        cursor.execute(_statement(model, named, len(rows), on_conflict, returning), values)
        return list(cursor.fetchall())


@lru_cache(maxsize=64)
def _fields(model: type[Model]) -> "dict[str, Field[Any, Any]]":
    """Column -> field."""
    return {str(field.column): field for field in model._meta.concrete_fields}  # noqa: SLF001


@lru_cache(maxsize=256)
def _statement(
    model: type[Model], named: tuple[str, ...], rows: int, on_conflict: str, returning: str
) -> str:
    others = {
        name: _literal(field.get_default())
        for name, field in _fields(model).items()
        if not (field.primary_key or name in named)
    }
    row = f"({', '.join([*['%s'] * len(named), *others.values()])})"
    conflict = f" ON CONFLICT {on_conflict}" if on_conflict else ""
    return (
        f'INSERT INTO "{model._meta.db_table}" ({", ".join([*named, *others])})'  # noqa: S608, SLF001
        f" VALUES {', '.join([row] * rows)}{conflict} RETURNING {returning}"
    )


def _literal(default: Any) -> str:
    """SQL for the defaults that our columns have; others are named by whoever inserts."""
    if default is None:
        return "NULL"
    if isinstance(default, str) and _WORD.fullmatch(default):
        return f"'{default!s}'"
    if isinstance(default, int):
        return str(default).upper()
    raise TypeError(f"{default!r} is no default for a statement.")


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
    fields = _fields(model)
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
