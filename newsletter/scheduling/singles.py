"""Single mails: made by a person for one time, outside the rule of the newsletter.

The usual mail of the day comes beside it, unless the single one takes its place. Without a
person's approval it is held at its time (`upcoming.goes_by_itself`).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Q, QuerySet

from config.models import StaffUser
from newsletter.digests.assembly import open_occurrence
from newsletter.digests.blank import News, make_empty, make_urgent
from newsletter.digests.naming import free_occurrence, key_of
from newsletter.digests.waves import fields
from newsletter.models import Digest, Item, Schedule
from newsletter.scheduling import upcoming
from newsletter.scheduling.chosen import Chosen
from newsletter.scheduling.recurrence import Occurrence, on_day
from newsletter.scheduling.upcoming import Planned
from subscribers.models import Newsletter
from subscribers.moments import clock_in_words

State = Digest.State
# Pressed twice, it is one.
TWICE = timedelta(minutes=1)
LATELY = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Usual:
    """The mail that the rule makes of a day and that is still to come.

    `digest`: it is made already; else `planned` says under which name it will be.
    """

    run: Occurrence
    digest: Digest | None = None
    planned: Planned | None = None

    @property
    def own_time(self) -> datetime:
        """When it goes, by the newsletter's clock; a person may have moved it."""
        if self.digest is None:
            return self.run.own_time
        zone = self.digest.newsletter.zone
        return upcoming.own_time(digest=self.digest, zone=zone) or self.run.own_time

    def in_words(self, *, zone: ZoneInfo) -> str:
        """That it comes too, said beside a single mail so that nobody sends two by mistake."""
        clock = clock_in_words(self.own_time.astimezone(zone))
        return f"The usual mail of that day goes at {clock} as well."


def usual(*, newsletter: Newsletter, day: date, now: datetime) -> Usual | None:
    """The day's usual mail; None when there is none, or it is past."""
    found = upcoming.run_to_come(newsletter=newsletter, day=day, now=now)
    if found is None:
        return None
    schedule, run = found
    free = upcoming.without_digest(schedules=[schedule], wanted={schedule.pk: [run]})
    if free:
        return Usual(run=run, planned=free[0][1])
    made = _of_day(newsletter, day).filter(state__in=Digest.EDITABLE, is_single=False)
    digest = made.select_related("newsletter").first()
    return Usual(run=run, digest=digest) if digest else None


@transaction.atomic
def make(
    *,
    newsletter: Newsletter,
    day: date,
    chosen: Chosen | None,
    is_empty: bool,
    instead: bool = False,
    now: datetime,
) -> tuple[Digest, bool]:
    """A single draft of `day` for a `chosen` time (None: it waits for a person without one).

    Filled by the newsletter's rules unless `is_empty`. `instead`: it is the usual mail, at another
    time, if that is not made yet. The second value says whether this call made it: there is one
    for the same time.
    """
    # Two who ask at once ask one after the other.
    Newsletter.objects.select_for_update(no_key=True).get(pk=newsletter.pk)
    if (waiting := _waiting(newsletter, day, chosen, now)) is not None:
        return waiting, False
    found = usual(newsletter=newsletter, day=day, now=now) if instead else None
    taken = found.planned if found else None
    start = make_empty if is_empty else open_occurrence
    return start(
        newsletter=newsletter,
        occurrence=taken.occurrence if taken else _name(newsletter, day),
        release_at=chosen.approve_by if chosen else None,
        waves=chosen.waves if chosen else None,
        is_single=taken is None,
        now=now,
    )


@transaction.atomic
def make_news(*, newsletter: Newsletter, news: News, by: StaffUser | None, now: datetime) -> Digest:
    """The urgent draft of some news, for today; there is one for each `news.key`."""
    Newsletter.objects.select_for_update(no_key=True).get(pk=newsletter.pk)
    items = Item.objects.filter(key=news.key, section__digest__is_urgent=True)
    item = items.select_related("section__digest").first()
    if item is not None:
        return item.section.digest
    day = now.astimezone(newsletter.zone).date()
    return make_urgent(
        newsletter=newsletter, occurrence=_name(newsletter, day), news=news, by=by, now=now
    )


def urgent_lately(
    *, now: datetime, newsletter: Newsletter | None = None, but_for: Digest | None = None
) -> list[Digest]:
    """Urgent mails of the last hour, the newest first; those called off are none."""
    found = Digest.objects.filter(is_urgent=True, created_at__gte=now - LATELY, created_at__lte=now)
    if newsletter is not None:
        found = found.filter(newsletter=newsletter)
    if but_for is not None:
        found = found.exclude(pk=but_for.pk)
    found = found.exclude(state=State.CANCELLED).select_related("newsletter", "edited_by")
    return list(found.order_by("-created_at", "-pk"))


def _schedule(newsletter: Newsletter) -> Schedule | None:
    schedules = Schedule.objects.filter(newsletter=newsletter, is_active=True)
    return schedules.select_related("newsletter").first()


def _of_day(newsletter: Newsletter, day: date) -> QuerySet[Digest]:
    return Digest.objects.filter(
        newsletter=newsletter, occurrence__startswith=day.isoformat(), is_weekly=False
    )


def _name(newsletter: Newsletter, day: date) -> str:
    """A free one; the plain date is left to the usual mail of that day, made or not."""
    schedule = _schedule(newsletter)
    standing = Digest.objects.filter(newsletter=newsletter).exclude(state=State.CANCELLED)
    names = standing.filter(occurrence__startswith=day.isoformat())
    taken = set(names.values_list("occurrence", flat=True))
    if schedule is not None and on_day(schedule=schedule, day=day) is not None:
        taken.add(day.isoformat())
    return free_occurrence(key=key_of(day=day, is_weekly=False), taken=taken)


def _waiting(
    newsletter: Newsletter, day: date, chosen: Chosen | None, now: datetime
) -> Digest | None:
    """The single mail of that day and time that nobody sent yet."""
    mine = _of_day(newsletter, day).filter(is_single=True, is_urgent=False)
    if chosen is None:
        same = Q(release_at=None, created_at__gte=now - TWICE, created_at__lte=now)
    elif chosen.waves is not None:
        same = Q(**fields(chosen.waves))
    else:
        same = Q(release_at=chosen.own_time, wave_day=None)
    return mine.filter(same, state__in=Digest.EDITABLE).first()
