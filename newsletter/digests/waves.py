"""Waves: that a mail goes by each reader's own clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time


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


def due_in_words(*, release_at: datetime, waves: Waves | None, now: datetime) -> str:
    """When it is due, as the record of what staff did tells it."""
    first = f"{release_at.astimezone(UTC):%Y-%m-%d %H:%M UTC}"
    if waves is not None:
        return f"Due {waves.day} {waves.at:%H:%M} by each reader's clock, from {first} on."
    return "Now." if release_at == now else f"Due {first}."
