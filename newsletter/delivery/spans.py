"""Ranges of batches that follow each other, put together: few statements where there are many."""

from collections.abc import Iterable
from typing import NamedTuple, cast

from django.db.models import QuerySet

from newsletter.models import Batch


class Span(NamedTuple):
    """Readers of a lane with ids in (low, high]."""

    lane: int
    low: int
    high: int


def of(batches: QuerySet[Batch]) -> list[Span]:
    """The ranges of batches of one digest, one for several that follow each other."""
    found: list[Span] = []
    rows = batches.filter(low__isnull=False).order_by("lane", "low")
    ranges = rows.values_list("lane", "low", "high")
    for lane, low, high in cast("Iterable[tuple[int, int, int]]", ranges):
        if found and (found[-1].lane, found[-1].high) == (lane, low):
            found[-1] = found[-1]._replace(high=high)
        else:
            found.append(Span(lane, low, high))
    return found
