"""Lists in pages of 24, newest first, paged by key: "older" and "newer", never an OFFSET."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, Q, QuerySet
from django.http import Http404

SIZE = 24

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Order(Generic[Row]):
    """How a list is ordered: its fields, and what an address says of a place between two rows."""

    # Together unique; each the larger the newer.
    fields: tuple[str, ...]
    # The values of the fields from the words of an address; ValueError for what it never said.
    read: Callable[[str], tuple[object, ...]]
    write: Callable[[Row], str]

    def newest_first(self) -> list[str]:
        return [f"-{field}" for field in self.fields]


@dataclass(frozen=True, slots=True)
class Paged(Generic[Row]):
    """One page; `newer` and `older` are the queries that lead on, None where the list ends."""

    rows: list[Row]
    # "" is the newest page, which has no query.
    newer: str | None
    older: str | None
    is_first: bool


def page(*, rows: QuerySet[Row], order: Order[Row], before: str) -> Paged[Row]:
    """The 24 rows that come after the place `before`, "" for the newest; two or three statements.

    Raises Http404 for a place that no list has.
    """
    reading = rows.order_by(*order.newest_first())
    if before:
        reading = reading.filter(_beyond(order.fields, _read(order, before), "lt"))
    shown = list(reading[: SIZE + 1])
    if before and not shown:
        raise Http404
    more, shown = len(shown) > SIZE, shown[:SIZE]
    return Paged(
        rows=shown,
        newer=_newer(rows, order, before, shown[0]) if before else None,
        older=f"?before={order.write(shown[-1])}" if more else None,
        is_first=not before,
    )


def _newer(rows: QuerySet[Row], order: Order[Row], before: str, first: Row) -> str:
    """Before which row the newer page begins: so a page has one address, wherever one comes from.

    "" when all newer rows fit on the newest page.
    """
    values = tuple(getattr(first, field) for field in order.fields)
    newer = list(
        rows.filter(_beyond(order.fields, values, "gt")).order_by(*order.fields)[: SIZE + 1]
    )
    return f"?before={order.write(newer[SIZE])}" if len(newer) > SIZE else ""


def _read(order: Order[Row], before: str) -> tuple[object, ...]:
    try:
        return order.read(before)
    except (ValueError, OverflowError) as error:
        raise Http404 from error


def _beyond(fields: tuple[str, ...], values: tuple[object, ...], side: str) -> Q:
    """A condition on rows past `values` in the order of `fields`, as (a, b) < (x, y) says in SQL.

    The first field is named alone as well: by it databases find where to begin in an index.
    """
    first, value = fields[0], values[0]
    if len(fields) == 1:
        return Q((f"{first}__{side}", value))
    further = _beyond(fields[1:], values[1:], side)
    return Q((f"{first}__{side}e", value)) & (Q((f"{first}__{side}", value)) | further)
