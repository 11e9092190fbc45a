"""When the next mail of a newsletter comes to a reader: what his pages and mails promise.

One that goes by each reader's clock comes in his own morning, not at that of the newsletter.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.db.models import Exists, OuterRef, Q

from newsletter.digests.assembly import rule_of
from newsletter.digests.waves import Waves
from newsletter.digests.waves import of as waves_of
from newsletter.models import Delivery, Digest, Lane, Schedule
from newsletter.scheduling.clocks import instant
from newsletter.scheduling.recurrence import Occurrence, runs_after
from newsletter.scheduling.upcoming import WAITING, without_digest
from subscribers.extensions import Rhythm
from subscribers.models import Newsletter, Subscription

Frequency = Subscription.Frequency
State = Digest.State
# Part of it may have gone while another part waits for its morning.
UNDER_WAY = [State.PREPARING, State.SENDING, State.PAUSED]
A_MOMENT = timedelta(microseconds=1)
# Of them, those that have no digest yet are looked for.
RUNS_LOOKED_AT = 20


def next_release(
    *, newsletter: Newsletter, now: datetime, rhythm: Rhythm | None = None
) -> datetime | None:
    """When the next mail comes to a reader of that rhythm; None when nothing is planned.

    A digest that waits, or a run of the schedule. Without a rhythm it is somebody new who goes by
    the newsletter's own clock: what is under way is over for him.
    """
    rhythm = rhythm or Rhythm(zone=newsletter.zone)
    found = [
        *_under_way(newsletter, now, rhythm),
        *_made(newsletter, now, rhythm),
        *_planned(newsletter, now, rhythm),
    ]
    return min(found, default=None)


def comes_at(*, release_at: datetime, waves: Waves | None, rhythm: Rhythm) -> datetime:
    """The instant at which a mail comes to that reader: by his clock, not before it is ready."""
    if waves is None:
        return release_at
    here = instant(day=waves.day, at=rhythm.own_time or waves.at, zone=rhythm.zone)
    return max(release_at, here)


def _under_way(newsletter: Newsletter, now: datetime, rhythm: Rhythm) -> Iterator[datetime]:
    """What was frozen: in the lane that he has there, whatever he chose or where he went since."""
    if rhythm.subscriber_id is None:
        return
    his = Delivery.objects.filter(
        digest_id=OuterRef("digest_id"),
        lane=OuterRef("number"),
        subscriber_id=rhythm.subscriber_id,
    )
    # A correction is for those whom another mail reached.
    yield from Lane.objects.filter(
        Exists(his),
        digest__newsletter=newsletter,
        digest__state__in=UNDER_WAY,
        digest__corrects__isnull=True,
        release_at__gt=now,
    ).values_list("release_at", flat=True)


def _made(newsletter: Newsletter, now: datetime, rhythm: Rhythm) -> Iterator[datetime]:
    ahead = Q(state__in=WAITING, release_at__gt=now)
    if rhythm.subscriber_id is not None:
        # Let go, but whether he gets it is not frozen yet: he will be in there.
        ahead |= Q(
            state__in=UNDER_WAY,
            prepared_at__isnull=True,
            prepared_to__lt=rhythm.subscriber_id,
            wave_day__isnull=False,
        )
    for digest in Digest.objects.filter(ahead, newsletter=newsletter, corrects__isnull=True):
        if digest.release_at is None or rhythm.frequency not in digest.frequencies:
            continue
        at = comes_at(release_at=digest.release_at, waves=waves_of(digest), rhythm=rhythm)
        if at > now:
            yield at


def _planned(newsletter: Newsletter, now: datetime, rhythm: Rhythm) -> Iterator[datetime]:
    # Asked once of each object: a page asks of it several times.
    schedule = rule_of(newsletter)
    if schedule.pk is None or not schedule.is_active or _never_comes(schedule, rhythm):
        return
    since = max(schedule.effective_from - A_MOMENT, now)
    runs = (run for run in runs_after(schedule=schedule, after=since) if _is_for(rhythm, run))
    wanted = {schedule.pk: list(islice(runs, RUNS_LOOKED_AT))}
    for _, planned in without_digest(schedules=[schedule], wanted=wanted):
        at = comes_at(release_at=planned.release_at, waves=planned.run.waves, rhythm=rhythm)
        if at > now:
            yield at


def _is_for(rhythm: Rhythm, run: Occurrence) -> bool:
    if rhythm.frequency == Frequency.ONCE_A_WEEK or run.is_weekly:
        return run.is_weekly and rhythm.frequency == Frequency.ONCE_A_WEEK
    return rhythm.frequency == Frequency.EVERY_DAY or run.day.isoweekday() <= 5


def _never_comes(schedule: Schedule, rhythm: Rhythm) -> bool:
    """Whether it has none of the mails that he wants, so that years need not be searched."""
    return rhythm.frequency == Frequency.ONCE_A_WEEK and schedule.weekly_day is None
