"""What hand-written SQL needs to speak to both databases in the ORM's own format."""

from typing import Any

from django.db import connection
from django.db.models import Model


def column_value(model: type[Model], field: str, value: Any) -> Any:
    """`value` as the column of `model.field` holds it (SQLite keeps times and UUIDs as text)."""
    return model._meta.get_field(field).get_db_prep_value(value, connection)  # noqa: SLF001
