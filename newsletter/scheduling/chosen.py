"""A time that a person chose for one mail: by the newsletter's clock, or by each reader's."""

from dataclasses import dataclass
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from newsletter.content.days import AHEAD, EARLIEST
from newsletter.digests.assembly import rule_of
from newsletter.digests.waves import Waves
from newsletter.digests.waves import of as waves_of
from newsletter.models import Digest
from newsletter.scheduling import upcoming
from newsletter.scheduling.clocks import instant, times_shown
from newsletter.scheduling.recurrence import first_wave
from subscribers.models import Newsletter
from subscribers.moments import clock_in_words, date_in_words

EAST = "Readers further east, where it is later already, get it as soon as it goes."


class TooFar(ValueError):
    """Nobody knows yet what the clocks do then."""

    def __init__(self) -> None:
        super().__init__("That is more than a year away.")


class IsPast(ValueError):
    """That moment is gone."""

    def __init__(self) -> None:
        super().__init__("That time is past. Give a later one.")


@dataclass(frozen=True, slots=True)
class Chosen:
    """On local `day`, `own_time` by the newsletter's clock; ready at `release_at`, its first wave.

    `remarks`: what somebody would not expect of that time, in sentences.
    """

    day: date
    own_time: datetime
    release_at: datetime
    waves: Waves | None
    remarks: tuple[str, ...] = ()

    @property
    def approve_by(self) -> datetime:
        """Until when a draft for it waits for a person: for the first wave, if that is to come."""
        return self.own_time if EAST in self.remarks else self.release_at


def chosen(
    *, newsletter: Newsletter, day: date, at: time, by_reader: bool, now: datetime
) -> Chosen:
    """Local time `at` on `day`, for everybody at once or `by_reader`, wherever each is.

    Those for whom it is later already get it as soon as it goes. Raises TooFar, IsPast.
    """
    if day > (now + AHEAD).date():
        raise TooFar
    # The first days that there are cannot be brought from one zone to another.
    if day < EARLIEST or (own_time := instant(day=day, at=at, zone=newsletter.zone)) <= now:
        raise IsPast
    waves = Waves(day=day, at=at) if by_reader else None
    first = first_wave(schedule=rule_of(newsletter), waves=waves, own_time=own_time)
    remarks = [clock_remark(day=day, at=at, zone=newsletter.zone), EAST if first < now else ""]
    return Chosen(
        day=day,
        own_time=own_time,
        release_at=max(first, now),
        waves=waves,
        remarks=tuple(filter(None, remarks)),
    )


def clock_remark(*, day: date, at: time, zone: ZoneInfo) -> str:
    """What becomes of a local time that does not exist, or comes twice; "" for any other."""
    clock, shown = clock_in_words(at), times_shown(day=day, at=at, zone=zone)
    if shown == 0:
        goes = instant(day=day, at=at, zone=zone).astimezone(zone)
        when = "" if goes.date() == day else f"on {date_in_words(goes.date(), today=day)} "
        return f"{clock} does not exist that day; it goes {when}at {clock_in_words(goes)}."
    return f"{clock} comes twice that day; it goes the first time." if shown > 1 else ""


def stands(*, digest: Digest, now: datetime) -> tuple[date, time] | None:
    """The local day and time that a mail has, or that of the run it stands for, if to come."""
    zone = digest.newsletter.zone
    own_time = upcoming.own_time(digest=digest, zone=zone)
    if own_time is None:
        return _of_run(digest, zone, now)
    if own_time <= now:
        return None
    if (waves := waves_of(digest)) is not None:
        return waves.day, waves.at
    return _local(own_time, zone)


def _of_run(digest: Digest, zone: ZoneInfo, now: datetime) -> tuple[date, time] | None:
    run = upcoming.run_of(digest=digest)
    return None if run is None or run.own_time <= now else _local(run.own_time, zone)


def _local(at: datetime, zone: ZoneInfo) -> tuple[date, time]:
    local = at.astimezone(zone)
    return local.date(), local.time().replace(fold=0)
