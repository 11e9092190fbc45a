"""Time zones that a reader may choose from, grouped by part of the world."""

from collections.abc import Sequence
from functools import cache
from zoneinfo import available_timezones

_AREAS = (
    "Africa",
    "America",
    "Antarctica",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def by_area() -> Sequence[tuple[str, Sequence[tuple[str, str]]]]:
    """Each area with its zones: name ("Europe/London") and place in words ("London")."""
    return tuple(
        (area, tuple((name, _place(name)) for name in sorted(known()) if _area(name) == area))
        for area in _AREAS
    )


@cache
def known() -> frozenset[str]:
    """The names of all of them."""
    return frozenset(name for name in available_timezones() if _area(name) in _AREAS)


def _area(name: str) -> str:
    return name.partition("/")[0]


def _place(name: str) -> str:
    """ "Argentina, Salta" for America/Argentina/Salta."""
    return name.partition("/")[2].replace("_", " ").replace("/", ", ")
