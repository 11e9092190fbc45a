"""Waiting for other planners: what they hold is theirs first."""

from typing import Any

from django.db import transaction
from django.db.models import QuerySet


def wait_for(rows: QuerySet[Any]) -> None:
    """Return once each of these rows was free. One at a time, so that two never wait in a ring."""
    for pk in list(rows.order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            rows.model._default_manager.select_for_update(no_key=True).filter(pk=pk).first()  # noqa: SLF001
