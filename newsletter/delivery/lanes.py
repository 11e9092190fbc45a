"""Lanes: the parts of a digest that go together, each at its own time.

Usually there is one, for everybody. In waves there is one for each instant at which it is the hour
of somebody: the lane's `release_at` is what says when its batches may go; nothing repeats it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Exists, F, OuterRef, QuerySet, Subquery

from newsletter.digests.waves import of as waves_of
from newsletter.models import Batch, Digest, Lane
from newsletter.scheduling import upcoming
from newsletter.scheduling.clocks import instant
from subscribers.models import Subscription

# A reader's time zone and his own time, as the database has them.
Hour = tuple[str, time | None]
# That of readers who said neither: the newsletter's own.
_HOME: Hour = ("", None)


@dataclass(frozen=True, slots=True)
class Plan:
    """Which lane readers go in, by zone and own time; `home` is for whoever is not in there."""

    home: int
    lanes: Mapping[Hour, int]


def due(*, now: datetime) -> Exists:
    """A condition on batches: the time of their lane has come."""
    return Exists(_of_batch().filter(release_at__lte=now))


def goes_at() -> Subquery:
    """Of batches, the time of their lane."""
    return Subquery(_of_batch().values("release_at")[:1])


def _of_batch() -> QuerySet[Lane]:
    return Lane.objects.filter(digest_id=OuterRef("digest_id"), number=OuterRef("lane"))


def make_one(*, digest: Digest, now: datetime) -> None:
    """The one lane of a digest that goes to everybody at once: now, however late that is.

    Its deadline counts from here. One that was let go late, as its schedule's grace allows, is not
    late once more.
    """
    Lane.objects.create(digest=digest, revision_id=_words(digest), release_at=now)


def make_waves(*, digest: Digest, people: QuerySet[Subscription], now: datetime) -> Plan:
    """A lane for each instant at which it is the hour of some of `people`, the first as number 1.

    `people`: subscriptions with the person joined as `reader`; one statement reads their hours.
    """
    goes_at = _times(digest, people, since=now)
    numbers = {at: number for number, at in enumerate(sorted(set(goes_at.values())), 1)}
    words = _words(digest)
    Lane.objects.bulk_create(
        Lane(digest=digest, number=number, revision_id=words, release_at=at)
        for at, number in numbers.items()
    )
    return _plan(goes_at, numbers)


def planned(*, digest: Digest, people: QuerySet[Subscription]) -> Plan:
    """The lanes that were made for everybody, for some `people` of them.

    Who has chosen an hour since for which there is none goes at home's.
    """
    numbers = dict(Lane.objects.filter(digest=digest).values_list("release_at", "number"))
    return _plan(_times(digest, people, since=min(numbers)), numbers)


def drop_empty(*, digest_id: int) -> None:
    """Take away the lanes in which nobody is: whoever asks for its last wave means people."""
    batches = Batch.objects.filter(digest_id=OuterRef("digest_id"), lane=OuterRef("number"))
    Lane.objects.filter(~Exists(batches), digest_id=digest_id).delete()


def handover_from(*, batch: Batch) -> datetime | None:
    """What the deadline of its readers counts from: their lane's time, or when staff reopened it.

    None for a lane that is not there.
    """
    lane = Lane.objects.filter(digest_id=batch.digest_id, number=batch.lane).first()
    if lane is None:
        return None
    return max(lane.release_at, batch.digest.reopened_at or lane.release_at)


def wanted_at(*, digest: Digest, now: datetime) -> datetime:
    """The instant at which a reader's break is looked at, when his mail goes `now`.

    Breaks end where a day begins in the newsletter's zone. In waves those further east get the mail
    of that day before then, and a break until that day does not keep it from them.
    """
    if not digest.goes_in_waves:
        return now
    return max(now, upcoming.own_time(digest=digest, zone=digest.newsletter.zone) or now)


def _times(
    digest: Digest, people: QuerySet[Subscription], *, since: datetime
) -> dict[Hour, datetime]:
    """When the mail goes at each hour of `people`, and at home's; not before `since`."""
    hours = people.values_list(F("reader__time_zone"), F("own_time")).distinct()
    return {hour: _goes_at(digest, hour, since) for hour in {_HOME, *hours}}


def _plan(goes_at: Mapping[Hour, datetime], numbers: Mapping[datetime, int]) -> Plan:
    """`numbers` of the lanes by their time; at home's hour goes who has one of which there is none.

    The newsletter may have moved to another zone since: then home's is the next lane after it.
    """
    wanted = goes_at[_HOME]
    home = numbers[min((at for at in numbers if at >= wanted), default=max(numbers))]
    return Plan(home=home, lanes={hour: numbers.get(at, home) for hour, at in goes_at.items()})


def _words(digest: Digest) -> int:
    """The frozen revision that its lanes carry at first."""
    assert digest.revision_id is not None  # noqa: S101  (a constraint of the table)
    return digest.revision_id


def _goes_at(digest: Digest, hour: Hour, since: datetime) -> datetime:
    """The reader's hour on the day of the mail; `since` where that is past, as in `make_one`."""
    waves = waves_of(digest)
    assert waves is not None  # noqa: S101  (only mails that go in waves have more than one hour)
    zone, own_time = hour
    here = _zone(zone) or digest.newsletter.zone
    at = instant(day=waves.day, at=own_time or waves.at, zone=here)
    return max(at, since)


def _zone(name: str) -> ZoneInfo | None:
    """None for a reader without one, and for a name that the zone database does not know (now)."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return None
