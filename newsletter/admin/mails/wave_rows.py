"""The waves of a mail as its page shows them: how many are out, which is next, and all of them."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from newsletter.admin.mails.numbers import people
from newsletter.admin.mails.progress import when
from newsletter.delivery import waves
from newsletter.delivery.waves import Wave, WavesStand
from newsletter.models import Digest
from subscribers.moments import clock_in_words, day_in_words, place_in_words


@dataclass(frozen=True, slots=True)
class Row:
    """One wave: when, for how many, and a word, an icon and a colour for how it stands."""

    when: str
    readers: int
    word: str
    icon: str
    look: str


@dataclass(frozen=True, slots=True)
class Panel:
    """What the page shows; `next` is a sentence, empty when none comes."""

    coming: WavesStand
    place: str
    said: str
    next: str
    rows: list[Row]


def of(*, digest: Digest, now: datetime) -> Panel | None:
    """None for a mail that goes to everybody at once, and before its waves are known."""
    coming = waves.of(digest=digest, now=now)
    if not coming.all:
        return None
    zone = digest.newsletter.zone
    is_paused = digest.state == Digest.State.PAUSED
    return Panel(
        coming=coming,
        place=place_in_words(zone),
        said=_said(coming),
        next=_next(coming, zone),
        rows=[_row(wave, coming, zone, is_paused=is_paused) for wave in coming.all],
    )


def _said(coming: WavesStand) -> str:
    if not coming.is_whole:
        return "Its readers are still being counted in."
    if len(coming.all) == 1:
        return "All readers are in one wave."
    if coming.out == len(coming.all):
        return f"All {coming.out:,} waves are out."
    return f"{coming.out:,} of {len(coming.all):,} waves are out."


def _next(coming: WavesStand, zone: ZoneInfo) -> str:
    wave = coming.next
    if wave is None:
        return ""
    at = when(wave.at, coming.now, zone)
    # With the day in it, it names the place already.
    place = "" if at.endswith(place_in_words(zone)) else f" {place_in_words(zone)}"
    return f"Next wave {at}{place}: {wave.readers:,} {people(wave.readers)}."


def _row(wave: Wave, coming: WavesStand, zone: ZoneInfo, *, is_paused: bool) -> Row:
    word, icon, look = _standing(wave, coming, is_paused=is_paused)
    day = day_in_words(at=wave.at, now=coming.now, zone=zone)
    return Row(
        when=f"{day}, {clock_in_words(wave.at.astimezone(zone))}",
        readers=wave.readers,
        word=word,
        icon=icon,
        look=look,
    )


def _standing(wave: Wave, coming: WavesStand, *, is_paused: bool) -> tuple[str, str, str]:
    if wave.called_off:
        return "called off", "close", "desk-quiet"
    if wave.at > coming.now:
        return "waits for its time", "schedule", "desk-sea"
    if coming.is_out(wave):
        return "out", "check", "desk-leaf"
    return ("paused", "pause", "desk-amber") if is_paused else ("on its way", "send", "desk-sea")
