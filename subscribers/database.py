"""What hand-written SQL needs to speak to both databases in the ORM's own format."""

from typing import Any

from django.db import connection
from django.db.models import Field, Model


def column_value(model: type[Model], field: str, value: Any) -> Any:
    """`value` as the column of `model.field` holds it (SQLite keeps times and UUIDs as text)."""
    column = model._meta.get_field(field)  # noqa: SLF001
    assert isinstance(column, Field), f"{field} is not a column"  # noqa: S101
    return column.get_db_prep_value(value, connection)
