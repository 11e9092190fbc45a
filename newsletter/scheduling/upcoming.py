"""What schedules ask for next: the occurrences that have no digest yet.

An occurrence is taken by a digest of its date, whatever became of it: a cancelled one is not made
again. A single mail, which a person made outside the rule, and a correction take none; nor does one
that an earlier rule opened (its time lies before `effective_from`) and that nobody got, so that a
schedule moved to later today runs today, but never twice. The weekly mail "instead" is a row of
occurrences of its own.

For the planner and for who makes a mail by hand: pages that look ahead ask `ahead` or `forecast`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from newsletter.digests.assembly import make_digest, next_occurrence, rule_of
from newsletter.digests.naming import free_occurrence
from newsletter.digests.waves import Timed
from newsletter.digests.waves import of as waves_of
from newsletter.models import Digest, Schedule
from newsletter.release import approval
from newsletter.scheduling.clocks import instant
from newsletter.scheduling.recurrence import Occurrence, on_day
from newsletter.scheduling.standings import Standing, Standings, standings_of
from subscribers.models import Newsletter

WEEK = timedelta(days=7)
# A first wave comes at most this long before a mail's own time: no clock on Earth is further ahead
# of another.
LONGEST_HEAD_START = timedelta(hours=27)
DROPPED = {Digest.State.SKIPPED, Digest.State.CANCELLED}
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

    Nor where two people have to approve, and never a correction or a single mail: what a person
    made outside the rule is for a person to approve.
    """
    if digest.corrects_id is not None or digest.is_single:
        return False
    return rule.pk is not None and rule.is_active and asks_nobody(rule=rule)


def asks_nobody(*, rule: Schedule) -> bool:
    """Whether the rule has nobody approve its mails."""
    return rule.approval == Schedule.Approval.AUTOMATIC and rule.approvers == 1


def is_skipped_untouched(*, digest: Digest, rule: Schedule) -> bool:
    """Whether a draft that nobody approved is dropped at its time, rather than held for a person.

    So it is where that is the rule and nobody worked on it, looked at it or approved it before.
    """
    is_the_rule = rule.pk is not None and rule.approval == Schedule.Approval.OR_SKIP
    is_of_the_rule = digest.corrects_id is None and not digest.is_single
    if not (is_the_rule and rule.is_active and is_of_the_rule):
        return False
    if digest.touched_at is not None or digest.agreements.exists():
        return False
    return not approval.was_approved_by_somebody(digest=digest)


def wanted(*, runs: Sequence[Occurrence], opens: datetime, now: datetime) -> list[Occurrence]:
    """Those of `runs` (by `release_at`) that are to be open at `now`, the regular ones first.

    All that lie ahead and are due by `opens`, the end of the lead time; when none does, the last
    one missed. So after a long outage a newsletter gets one digest and not one for each day.
    """
    due = [run for run in runs if run.release_at <= opens]
    regular = _ahead_or_last([run for run in due if not run.is_weekly], now)
    return [*regular, *_ahead_or_last([run for run in due if run.is_weekly], now)]


def in_time(*, run: Occurrence, rule: Schedule, now: datetime) -> Occurrence:
    """The run as it can still be: due at its own time where its first wave is over.

    That is, where the rule came into force after it, or where somebody has to approve it first. One
    that needs nobody is late for those readers, and goes at once.
    """
    is_new = run.release_at < rule.effective_from
    is_over = run.release_at < now and not asks_nobody(rule=rule)
    return replace(run, release_at=run.own_time) if is_new or is_over else run


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
    if not all(_frees_its_day(digest, schedule) for digest in standings.at(schedule, run)):
        return None
    names = standings.names(schedule)
    return Planned(run=run, occurrence=free_occurrence(key=run.key, taken=names))


def _frees_its_day(digest: Digest | Standing, schedule: Schedule) -> bool:
    """Whether an earlier rule opened it and nobody got it."""
    if digest.state not in DROPPED or digest.sending_at is not None:
        return False
    at = own_time(digest=digest, zone=schedule.newsletter.zone)
    # Without a time a person took it back before he called it off: that is about the day.
    return at is not None and at < schedule.effective_from


def own_time(*, digest: Timed, zone: ZoneInfo) -> datetime | None:
    """When it is due by the clock of its newsletter, which is in `zone`; None without a time.

    Later than `release_at` where it goes in waves: those further east come first.
    """
    waves = waves_of(digest)
    if digest.release_at is None or waves is None:
        return digest.release_at
    here = instant(day=waves.day, at=waves.at, zone=zone)
    return max(digest.release_at, here)


def run_of(*, digest: Digest) -> Occurrence | None:
    """The run of the newsletter's schedule that a digest stands for; None when there is none."""
    schedule = rule_of(digest.newsletter)
    if digest.is_single or schedule.pk is None:
        return None
    run = on_day(schedule=schedule, day=digest.day, is_weekly=digest.is_weekly)
    return None if run is None or run.own_time < schedule.effective_from else run


def make_by_hand(
    *,
    newsletter: Newsletter,
    day: date,
    occurrence: str = "",
    is_weekly: bool = False,
    now: datetime,
) -> Digest:
    """The digest of `occurrence`, a day's name; without one a further digest of `day`.

    `is_weekly`: "what you missed", whatever day it is; its occurrences end in "-week".

    When it stands for a run of the schedule that is still to come, it gets that run's time, and
    takes its place; otherwise it waits for a person without a time.
    """
    occurrence = occurrence or next_occurrence(newsletter=newsletter, day=day, is_weekly=is_weekly)
    run = _free_run(newsletter, day, occurrence, now, is_weekly=is_weekly)
    return make_digest(
        newsletter=newsletter,
        occurrence=occurrence,
        release_at=run.release_at if run else None,
        waves=run.waves if run else None,
        follows_rule=run is not None,
        is_weekly=is_weekly,
        now=now,
    )


def run_to_come(
    *, newsletter: Newsletter, day: date, now: datetime, is_weekly: bool = False
) -> tuple[Schedule, Occurrence] | None:
    """The day's run by a schedule that is on, as it can still be; None when it is past."""
    schedules = Schedule.objects.filter(newsletter=newsletter, is_active=True)
    schedule = schedules.select_related("newsletter").first()
    run = on_day(schedule=schedule, day=day, is_weekly=is_weekly) if schedule else None
    if schedule is None or run is None or run.own_time <= max(now, schedule.effective_from):
        return None
    return schedule, in_time(run=run, rule=schedule, now=now)


def _free_run(
    newsletter: Newsletter, day: date, occurrence: str, now: datetime, *, is_weekly: bool
) -> Occurrence | None:
    """The day's run that is to come, unless another digest stands for it."""
    found = run_to_come(newsletter=newsletter, day=day, is_weekly=is_weekly, now=now)
    if found is None:
        return None
    schedule, run = found
    others = Digest.objects.filter(
        newsletter=newsletter,
        occurrence__startswith=run.key,
        is_weekly=is_weekly,
        is_single=False,
    ).exclude(
        Q(occurrence=occurrence) | Q(state=Digest.State.CANCELLED) | Q(corrects__isnull=False)
    )
    taken = any(not _frees_its_day(digest, schedule) for digest in others)
    return None if taken else run
