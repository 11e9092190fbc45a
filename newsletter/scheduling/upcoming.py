"""What schedules ask for next: the occurrences that have no digest yet.

An occurrence is taken by a digest of its date, whatever became of it: a cancelled one is not made
again. Only one that was finished under an earlier rule (its time lies before `effective_from`)
does not count, so that a schedule moved to later today runs today. The weekly mail "instead" is a
row of occurrences of its own.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from newsletter.digests.assembly import free_occurrence, make_digest, next_occurrence
from newsletter.models import Digest, Schedule
from newsletter.scheduling.clocks import instant
from newsletter.scheduling.recurrence import Occurrence, on_day, runs_after
from newsletter.scheduling.standings import Standing, Standings, standings_of
from subscribers.models import Newsletter

WEEK = timedelta(days=7)
# A first wave comes at most this long before a mail's own time.
LONGEST_HEAD_START = timedelta(hours=27)
A_MOMENT = timedelta(microseconds=1)
# Of them, those that have no digest yet are looked for; a lead time holds fewer.
RUNS_LOOKED_AT = 20
FINISHED = {Digest.State.SENT, Digest.State.SKIPPED, Digest.State.CANCELLED}
WAITING = [Digest.State.DRAFT, Digest.State.APPROVED, Digest.State.SCHEDULED]


@dataclass(frozen=True, slots=True)
class Planned:
    """A digest that a schedule will open: the run that it is for, and its own name."""

    run: Occurrence
    occurrence: str

    @property
    def release_at(self) -> datetime:
        """The instant (UTC) it is due."""
        return self.run.release_at


def active_schedules() -> list[Schedule]:
    """The schedules that make digests by themselves, with their newsletters.

    Whoever leaves out what others run comes after them.
    """
    schedules = Schedule.objects.filter(is_active=True).select_related("newsletter")
    in_turn = schedules.annotate(leaves=Count("leaves_out")).order_by("leaves", "pk")
    return list(in_turn.prefetch_related("days"))


def goes_by_itself(*, digest: Digest, rule: Schedule) -> bool:
    """Whether a draft needs nobody: never where the schedule was switched off or is none.

    Nor where two people have to approve, and never a correction: what it says is for a person.
    """
    if digest.corrects_id is not None:
        return False
    automatic = rule.approval == Schedule.Approval.AUTOMATIC and rule.approvers == 1
    return rule.pk is not None and rule.is_active and automatic


def is_skipped_untouched(*, rule: Schedule) -> bool:
    """Whether a draft that nobody worked on is dropped at its time, rather than held."""
    return rule.pk is not None and rule.is_active and rule.approval == Schedule.Approval.OR_SKIP


def wanted(*, runs: Sequence[Occurrence], opens: datetime, now: datetime) -> list[Occurrence]:
    """Those of `runs` (by `release_at`) that are to be open at `now`, the regular ones first.

    All that lie ahead and are due by `opens`, the end of the lead time; when none does, the last
    one missed. So after a long outage a newsletter gets one digest and not one for each day.
    """
    due = [run for run in runs if run.release_at <= opens]
    regular = _ahead_or_last([run for run in due if not run.is_weekly], now)
    return [*regular, *_ahead_or_last([run for run in due if run.is_weekly], now)]


def _ahead_or_last(runs: list[Occurrence], now: datetime) -> list[Occurrence]:
    return [run for run in runs if run.own_time > now] or runs[-1:]


def without_digest(
    *, schedules: Iterable[Schedule], wanted: dict[int, list[Occurrence]]
) -> list[tuple[Schedule, Planned]]:
    """Those of `wanted` (by schedule id) that no digest has taken; one statement."""
    pairs = [(schedule, run) for schedule in schedules for run in wanted[schedule.pk]]
    if not pairs:
        return []
    standings = standings_of(
        schedules=[schedule for schedule, _ in pairs],
        since=min(run.own_time for _, run in pairs),
    )
    found = ((one, planned(schedule=one, run=run, standings=standings)) for one, run in pairs)
    return [(schedule, free) for schedule, free in found if free is not None]


def planned(*, schedule: Schedule, run: Occurrence, standings: Standings) -> Planned | None:
    """A run with the name that its digest will have; None when one has taken it."""
    digests = standings.at(schedule, run)
    if not all(_of_earlier_rule(digest, schedule) for digest in digests):
        return None
    live = {one.occurrence for one in digests if one.state != Digest.State.CANCELLED}
    return Planned(run=run, occurrence=free_occurrence(key=run.key, taken=live))


def frees_soon(*, schedule: Schedule, run: Occurrence, standings: Standings) -> bool:
    """Whether a run is taken by a digest of an earlier rule that is not over yet."""
    return any(
        _is_before(digest, schedule) and digest.state not in FINISHED
        for digest in standings.at(schedule, run)
    )


def _of_earlier_rule(digest: Digest | Standing, schedule: Schedule) -> bool:
    return digest.state in FINISHED and _is_before(digest, schedule)


def _is_before(digest: Digest | Standing, schedule: Schedule) -> bool:
    at = own_time(digest=digest, zone=schedule.newsletter.zone) or digest.created_at
    return at < schedule.effective_from


def own_time(*, digest: Digest | Standing, zone: ZoneInfo) -> datetime | None:
    """When it is due by the clock of its newsletter, which is in `zone`; None without a time.

    Later than `release_at` where it goes in waves: those further east come first.
    """
    if digest.release_at is None or digest.wave_day is None or digest.wave_time is None:
        return digest.release_at
    here = instant(day=digest.wave_day, at=digest.wave_time, zone=zone)
    return max(digest.release_at, here)


def run_of(*, digest: Digest) -> Occurrence | None:
    """The run of the newsletter's schedule that a digest stands for; None when there is none."""
    schedule = digest.newsletter.schedule
    run = on_day(schedule=schedule, day=digest.day, is_weekly=digest.is_weekly)
    return None if run is None or run.own_time < schedule.effective_from else run


def next_release(*, newsletter: Newsletter, now: datetime) -> datetime | None:
    """When the newsletter's next mail goes out: a digest that waits, or the schedule's next run.

    By the newsletter's own clock; one in waves that is under way is over for who comes now.
    """
    waiting = Digest.objects.filter(
        newsletter=newsletter, state__in=WAITING, release_at__gt=now, is_weekly=False
    )
    zone = newsletter.zone
    times = [at for one in waiting if (at := own_time(digest=one, zone=zone)) is not None]
    for schedule in Schedule.objects.filter(newsletter=newsletter, is_active=True).select_related(
        "newsletter"
    ):
        since = max(schedule.effective_from - A_MOMENT, now)
        runs = (run for run in runs_after(schedule=schedule, after=since) if not run.is_weekly)
        wanted = {schedule.pk: list(islice(runs, RUNS_LOOKED_AT))}
        free = without_digest(schedules=[schedule], wanted=wanted)
        times += [planned.run.own_time for _, planned in free[:1]]
    return min(times, default=None)


def make_by_hand(
    *, newsletter: Newsletter, day: date, occurrence: str = "", now: datetime
) -> Digest:
    """The digest of `occurrence`, a day's name; without one a further digest of `day`.

    When it stands for a run of the schedule that is still to come, it gets that run's time, and
    takes its place; otherwise it waits for a person without a time.
    """
    occurrence = occurrence or next_occurrence(newsletter=newsletter, day=day)
    run = _run_to_come(newsletter, day, occurrence, now)
    return make_digest(
        newsletter=newsletter,
        occurrence=occurrence,
        release_at=run.release_at if run else None,
        waves=run.waves if run else None,
        follows_rule=run is not None,
        now=now,
    )


def _run_to_come(
    newsletter: Newsletter, day: date, occurrence: str, now: datetime
) -> Occurrence | None:
    """The day's run, unless it is past or another digest stands for it."""
    schedule = Schedule.objects.filter(newsletter=newsletter, is_active=True).first()
    run = on_day(schedule=schedule, day=day) if schedule else None
    if schedule is None or run is None or run.own_time <= max(now, schedule.effective_from):
        return None
    others = Digest.objects.filter(
        newsletter=newsletter, occurrence__startswith=run.key, is_weekly=False
    ).exclude(Q(occurrence=occurrence) | Q(state=Digest.State.CANCELLED))
    taken = any(not _of_earlier_rule(digest, schedule) for digest in others)
    return None if taken else run
