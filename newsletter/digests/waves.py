"""Waves: that a mail goes by each reader's own clock."""

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Waves:
    """The local date and time at which each reader gets it, wherever he is."""

    day: date
    at: time


def fields(waves: Waves | None) -> dict[str, date | time | None]:
    """As the fields of a digest; None: everybody at once."""
    if waves is None:
        return {"wave_day": None, "wave_time": None}
    return {"wave_day": waves.day, "wave_time": waves.at}
