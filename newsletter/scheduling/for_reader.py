"""The next mail of one reader: of those that wait and those to come, by his choices and clock."""

from collections.abc import Iterator
from datetime import datetime
from itertools import islice

from newsletter.digests.waves import Waves
from newsletter.models import Digest, Schedule
from newsletter.scheduling import upcoming
from newsletter.scheduling.clocks import instant
from newsletter.scheduling.recurrence import Occurrence, runs_after
from subscribers.models import Newsletter, Subscription
from subscribers.moments import zone_of

# Its audience is settled already, and later waves of it are still to come.
UNDER_WAY = [Digest.State.PREPARING, Digest.State.SENDING]
# Among so many runs there is one of each kind, if there is any.
RUNS_LOOKED_AT = 60
# Of those, so many may be past where he is.
RUNS_KEPT = 4


def next_for(*, subscription: Subscription, now: datetime) -> datetime | None:
    """The instant (UTC) of the next mail that this reader gets; None when nothing is planned.

    Breaks are left out of account.
    """
    found = [*_of_digests(subscription, now), *_of_schedule(subscription, now)]
    return min((at for at in found if at > now), default=None)


def _of_digests(mine: Subscription, now: datetime) -> Iterator[datetime]:
    states = [*upcoming.WAITING, *UNDER_WAY]
    digests = Digest.objects.filter(
        newsletter=mine.newsletter_id, state__in=states, release_at__isnull=False
    )
    for digest in digests.filter(corrects__isnull=True):
        if mine.frequency not in digest.frequencies or digest.release_at is None:
            continue
        # Who joined since is not among those for whom it was prepared.
        joined = mine.confirmed_at is None or mine.confirmed_at <= digest.release_at
        if digest.state not in UNDER_WAY or joined:
            yield _reaches(mine, digest.release_at, _waves_of(digest))


def _of_schedule(mine: Subscription, now: datetime) -> Iterator[datetime]:
    schedule = _schedule(mine.newsletter)
    if schedule is None:
        return
    since = max(schedule.effective_from - upcoming.A_MOMENT, now)
    runs = islice(runs_after(schedule=schedule, after=since), RUNS_LOOKED_AT)
    his = [run for run in runs if mine.frequency in _frequencies(run)]
    wanted = {schedule.pk: his[: upcoming.RUNS_LOOKED_AT]}
    free = upcoming.without_digest(schedules=[schedule], wanted=wanted)
    for _, planned in free[:RUNS_KEPT]:
        yield _reaches(mine, planned.run.release_at, planned.run.waves)


def _schedule(newsletter: Newsletter) -> Schedule | None:
    try:
        schedule = newsletter.schedule
    except Schedule.DoesNotExist:
        return None
    return schedule if schedule.is_active else None


def _frequencies(run: Occurrence) -> frozenset[str]:
    return Digest(occurrence=run.key, is_weekly=run.is_weekly).frequencies


def _waves_of(digest: Digest) -> Waves | None:
    if digest.wave_day is None or digest.wave_time is None:
        return None
    return Waves(digest.wave_day, digest.wave_time)


def _reaches(mine: Subscription, release_at: datetime, waves: Waves | None) -> datetime:
    """When a mail comes to him: in waves at his own hour of the day, never before it is due."""
    if waves is None:
        return release_at
    zone = zone_of(reader=mine.subscriber, newsletter=mine.newsletter)
    his_hour = instant(day=waves.day, at=mine.own_time or waves.at, zone=zone)
    return max(release_at, his_hour)
