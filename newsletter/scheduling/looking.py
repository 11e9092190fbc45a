"""Looking at schedules: which of them ask for something now, and when to look at each again.

A tick looks only at those whose `looks_at` has come. It says when to look and nothing else: what is
to be opened or moved is worked out from the rule, the days and the digests that there are, and it
lies at most an hour ahead. So whatever went wrong with it (a clock that jumped, an hour that
another zone database calls by another name, a hand in the table) is mended within that hour.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from newsletter.models import Schedule
from newsletter.scheduling import following, upcoming
from newsletter.scheduling.following import Move
from newsletter.scheduling.recurrence import occurrences_between
from newsletter.scheduling.standings import Standings, standings_of
from newsletter.scheduling.upcoming import Planned
from newsletter.scheduling.waiting import wait_for

HOUR, SOON = timedelta(hours=1), timedelta(minutes=1)
# One tick looks at no more; the next one is woken for the rest.
AT_ONCE = 150

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Look:
    """What the schedules looked at ask for. `is_whole`: none is left that had to be looked at."""

    to_open: list[tuple[Schedule, Planned]]
    to_move: list[Move]
    is_whole: bool = True


@transaction.atomic
def look(*, now: datetime) -> Look:
    """Look at what has to be looked at; four statements, however many newsletters there are.

    A schedule that asks for something is looked at again in the next tick: only when all of it is
    done it says when to come back. Its row is locked from reading to writing, so nobody's change of
    the rule is taken for looked at.
    """
    schedules = list(_in_turn(_waiting(now))[:AT_ONCE])
    if not schedules:
        return Look([], [])
    standings = standings_of(schedules=schedules, since=now - upcoming.WEEK)
    found, quiet = Look([], [], is_whole=len(schedules) < AT_ONCE), []
    for schedule in schedules:
        planned, moves, again_at = _looked_at(schedule, standings, now)
        found.to_open.extend((schedule, one) for one in planned)
        found.to_move.extend(moves)
        if not planned and not moves:
            schedule.looks_at = again_at
            quiet.append(schedule)
    Schedule.objects.bulk_update(quiet, ["looks_at"])
    return found


def put_off(*, schedule: Schedule, now: datetime) -> None:
    """Look at one that made trouble in a minute, not in every tick."""
    same = Schedule.objects.filter(pk=schedule.pk, looks_at=schedule.looks_at)
    same.update(looks_at=now + SOON)


def mine(*, schedule: Schedule) -> bool:
    """Whether its digest is for this planner to open: nobody is at it, and it is still its rule.

    Locks its row until the transaction ends. Other planners go on with the next one meanwhile.
    """
    rows = Schedule.objects.select_for_update(no_key=True, skip_locked=True)
    same = rows.filter(
        pk=schedule.pk,
        is_active=True,
        effective_from=schedule.effective_from,
        looks_at=schedule.looks_at,
    )
    return same.first() is not None


def wait_for_those_left_out(*, schedule: Schedule) -> None:
    """Whoever leaves out what others run chooses after them, whichever planner opens those."""
    wait_for(Schedule.objects.filter(newsletter__in=schedule.leaves_out.all()))


def _waiting(now: datetime) -> QuerySet[Schedule]:
    # More than an hour ahead: the clock was set back since.
    is_due = Q(looks_at=None) | Q(looks_at__lte=now) | Q(looks_at__gt=now + HOUR)
    # What somebody is at this moment changing, or opening, comes in the next tick.
    rows = Schedule.objects.select_for_update(of=("self",), no_key=True, skip_locked=True)
    due = rows.filter(is_due, is_active=True)
    return due.select_related("newsletter").prefetch_related("days")


def _in_turn(schedules: QuerySet[Schedule]) -> QuerySet[Schedule]:
    """Those that leave out what others run come last; of the rest those that waited longest first.

    A subquery, as rows that are grouped cannot be locked.
    """
    pairs = Schedule.leaves_out.through.objects.filter(schedule=OuterRef("pk")).order_by()
    number = pairs.values("schedule").values_list(Count("pk"))
    counted = schedules.annotate(leaves=Coalesce(Subquery(number), 0))
    return counted.order_by("leaves", F("looks_at").asc(nulls_first=True), "pk")


def _looked_at(
    schedule: Schedule, standings: Standings, now: datetime
) -> tuple[list[Planned], list[Move], datetime]:
    """What it asks for; where that cannot be said, it is asked again in a minute."""
    try:
        planned, again_at = _look_at(schedule, standings, now)
        moves = following.moves(schedule=schedule, standings=standings, now=now)
    except Exception:
        log.exception("look_failed", newsletter=schedule.newsletter_id)
        return [], [], now + SOON
    return planned, moves, again_at


def _look_at(
    schedule: Schedule, standings: Standings, now: datetime
) -> tuple[list[Planned], datetime]:
    """What it asks for now, and when to look at it again where that is nothing."""
    lead = timedelta(minutes=schedule.lead_time_minutes)
    runs = occurrences_between(
        schedule=schedule,
        since=max(schedule.effective_from, now - upcoming.WEEK),
        until=now + lead + HOUR + upcoming.LONGEST_HEAD_START,
    )
    wanted = [
        upcoming.in_time(run=run, rule=schedule, now=now)
        for run in upcoming.wanted(runs=runs, opens=now + lead, now=now)
    ]
    found = (upcoming.planned(schedule=schedule, run=run, standings=standings) for run in wanted)
    openings = [run.release_at - lead for run in runs if run.release_at - lead > now]
    again_at = min([_latest(schedule, now), *openings])
    return [planned for planned in found if planned is not None], again_at


def _latest(schedule: Schedule, now: datetime) -> datetime:
    """Within the hour, spread over half of it, so that not all are looked at together."""
    return now + HOUR - timedelta(seconds=schedule.pk * 977 % 1800)
