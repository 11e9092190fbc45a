"""Waves: that a mail goes by each reader's own clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Waves:
    """The local date and time at which each reader gets it, wherever he is."""

    day: date
    at: time


class Due(Protocol):
    """A digest, or what was read of its row."""

    @property
    def wave_day(self) -> date | None: ...

    @property
    def wave_time(self) -> time | None: ...


class Timed(Due, Protocol):
    """One that tells when it is due, too."""

    @property
    def release_at(self) -> datetime | None: ...


def of(digest: Due) -> Waves | None:
    """Those that it has; None: everybody at once."""
    if digest.wave_day is None or digest.wave_time is None:
        return None
    return Waves(day=digest.wave_day, at=digest.wave_time)


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
