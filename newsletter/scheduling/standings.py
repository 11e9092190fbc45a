"""Standings: which digests there are for the runs of schedules, read for many of them at once."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from itertools import chain
from typing import NamedTuple

from newsletter.digests.naming import key_of
from newsletter.models import Digest, Schedule
from newsletter.scheduling.recurrence import Occurrence

State = Digest.State


class Standing(NamedTuple):
    """What there is to know of a digest."""

    pk: int
    newsletter_id: int
    occurrence: str
    is_weekly: bool
    is_single: bool
    corrects_id: int | None
    state: str
    reason: str
    follows_rule: bool
    release_at: datetime | None
    wave_day: date | None
    wave_time: time | None
    created_at: datetime
    sending_at: datetime | None

    @property
    def day(self) -> date:
        """The local date that names it."""
        return day_of(self.occurrence)

    @property
    def key(self) -> str:
        """The key of the run that it stands for, as `Occurrence.key`."""
        return key_of(day=self.day, is_weekly=self.is_weekly)

    def is_ahead(self, now: datetime) -> bool:
        """Whether it has a time, and that has not come."""
        return self.release_at is not None and self.release_at > now

    def is_at(self, run: Occurrence) -> bool:
        """Whether its time is that of the run."""
        waves = run.waves
        there = (waves.day, waves.at) if waves else (None, None)
        return (self.release_at, self.wave_day, self.wave_time) == (run.release_at, *there)


def day_of(occurrence: str) -> date:
    """The local date that a digest's name begins with."""
    return date.fromisoformat(occurrence[:10])


class Standings:
    """The digests of some newsletters, by newsletter and run."""

    def __init__(self, digests: Iterable[Standing]) -> None:
        self._found: defaultdict[int, defaultdict[str, list[Standing]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._names: defaultdict[int, set[str]] = defaultdict(set)
        for digest in digests:
            self._found[digest.newsletter_id][digest.key].append(digest)
            if digest.state != State.CANCELLED:
                self._names[digest.newsletter_id].add(digest.occurrence)

    def of(self, schedule: Schedule) -> Iterator[Standing]:
        """All digests of its newsletter."""
        return chain.from_iterable(self._found[schedule.newsletter_id].values())

    def at(self, schedule: Schedule, run: Occurrence) -> list[Standing]:
        """Those that stand for one run, with and without a number behind its key."""
        named = self._found[schedule.newsletter_id][run.key]
        return [one for one in named if not one.is_single and one.corrects_id is None]

    def names(self, schedule: Schedule) -> set[str]:
        """The names that no other digest of its newsletter can have."""
        return self._names[schedule.newsletter_id]


def standings_of(*, schedules: Iterable[Schedule], since: datetime) -> Standings:
    """The digests of their newsletters that are named by a day from `since` on; one statement."""
    # Wherever they are: no local date is two days behind that of UTC.
    first = (since.astimezone(UTC).date() - timedelta(days=2)).isoformat()
    owners = [schedule.newsletter_id for schedule in schedules]
    rows = Digest.objects.filter(newsletter__in=owners, occurrence__gte=first)
    found = rows.order_by("pk").values_list(*Standing._fields)
    return Standings(Standing._make(row) for row in found)
