"""What schedules ask for next: the occurrences that have no digest yet.

An occurrence is taken by a digest of its date, whatever became of it: a cancelled one is not made
again. A single mail, which a person made outside the rule, takes none; nor does one that was
finished under an earlier rule (its time lies before `effective_from`), so that a schedule moved to
later today runs today. The weekly mail "instead" is a row of occurrences of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from newsletter.digests.assembly import free_occurrence, make_digest, next_occurrence
from newsletter.models import Digest, Schedule
from newsletter.scheduling.clocks import instant
from newsletter.scheduling.recurrence import Occurrence, occurrences_between, on_day
from subscribers.models import Newsletter

WEEK = timedelta(days=7)
# A first wave comes at most this long before a mail's own time.
LONGEST_HEAD_START = timedelta(hours=27)
WAVES = ("wave_day", "wave_time")
KINDS = ("is_weekly", "is_single")
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


def to_open(*, now: datetime) -> list[tuple[Schedule, Planned]]:
    """What is to be opened at `now`; three statements, however many newsletters there are.

    All that lie ahead within the lead time; when none does, the last one missed. So after a long
    outage a newsletter gets one digest and not one for each day.
    """
    schedules = active_schedules()
    wanted = {schedule.pk: _wanted(schedule, now) for schedule in schedules}
    return without_digest(schedules=schedules, wanted=wanted)


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


def is_skipped_untouched(*, rule: Schedule) -> bool:
    """Whether a draft that nobody worked on is dropped at its time, rather than held."""
    return rule.pk is not None and rule.is_active and rule.approval == Schedule.Approval.OR_SKIP


def _wanted(schedule: Schedule, now: datetime) -> list[Occurrence]:
    opens = now + timedelta(minutes=schedule.lead_time_minutes)
    runs = occurrences_between(
        schedule=schedule,
        since=max(schedule.effective_from, now - WEEK),
        until=opens + LONGEST_HEAD_START,
    )
    due = [run for run in runs if run.release_at <= opens]
    weekly = [run for run in due if run.is_weekly]
    regular = [run for run in due if not run.is_weekly]
    return [*_ahead_or_last(regular, now), *_ahead_or_last(weekly, now)]


def _ahead_or_last(runs: list[Occurrence], now: datetime) -> list[Occurrence]:
    return [run for run in runs if run.own_time > now] or runs[-1:]


def without_digest(
    *, schedules: Iterable[Schedule], wanted: dict[int, list[Occurrence]]
) -> list[tuple[Schedule, Planned]]:
    """Those of `wanted` (by schedule id) that no digest has taken; one statement."""
    pairs = [(schedule, run) for schedule in schedules for run in wanted[schedule.pk]]
    if not pairs:
        return []
    standing, names = _standing(pairs)
    planned: list[tuple[Schedule, Planned]] = []
    for schedule, run in pairs:
        digests = standing[schedule.newsletter_id, run.key]
        if all(digest.is_single or _of_earlier_rule(digest, schedule) for digest in digests):
            key = free_occurrence(key=run.key, taken=names[schedule.newsletter_id])
            planned.append((schedule, Planned(run=run, occurrence=key)))
    return planned


def _standing(
    pairs: Sequence[tuple[Schedule, Occurrence]],
) -> tuple[defaultdict[tuple[int, str], list[Digest]], defaultdict[int, set[str]]]:
    """The digests of each newsletter and run, with and without a number behind its key, and the
    names taken in each newsletter. A correction has a name, and stands for no run.
    """
    keys = Q()
    for schedule, run in pairs:
        day = run.day.isoformat()
        keys |= Q(newsletter_id=schedule.newsletter_id, occurrence__startswith=day)
    found: defaultdict[tuple[int, str], list[Digest]] = defaultdict(list)
    names: defaultdict[int, set[str]] = defaultdict(set)
    fields = ("newsletter_id", "occurrence", "state", "release_at", "created_at", "corrects_id")
    for digest in Digest.objects.filter(keys).only(*fields, *KINDS, *WAVES):
        if digest.corrects_id is None:
            found[digest.newsletter_id, _key_of(digest)].append(digest)
        if digest.state != Digest.State.CANCELLED:
            names[digest.newsletter_id].add(digest.occurrence)
    return found, names


def _key_of(digest: Digest) -> str:
    """The key of the run that it stands for, as `Occurrence.key`."""
    day = digest.occurrence[:10]
    return f"{day}-week" if digest.is_weekly else day


def _of_earlier_rule(digest: Digest, schedule: Schedule) -> bool:
    time = own_time(digest=digest, zone=schedule.newsletter.zone) or digest.created_at
    return digest.state in FINISHED and time < schedule.effective_from


def own_time(*, digest: Digest, zone: ZoneInfo) -> datetime | None:
    """When it is due by the clock of its newsletter, which is in `zone`; None without a time.

    Later than `release_at` where it goes in waves: those further east come first.
    """
    if digest.release_at is None or digest.wave_day is None or digest.wave_time is None:
        return digest.release_at
    here = instant(day=digest.wave_day, at=digest.wave_time, zone=zone)
    return max(digest.release_at, here)


def run_of(*, digest: Digest) -> Occurrence | None:
    """The run of the newsletter's schedule that a digest stands for; None when there is none."""
    if digest.is_single:
        return None
    schedule = digest.newsletter.schedule
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
    run = _run_to_come(newsletter, day, occurrence, now, is_weekly=is_weekly)
    return make_digest(
        newsletter=newsletter,
        occurrence=occurrence,
        release_at=run.release_at if run else None,
        waves=run.waves if run else None,
        follows_rule=run is not None,
        is_weekly=is_weekly,
        now=now,
    )


def _run_to_come(
    newsletter: Newsletter, day: date, occurrence: str, now: datetime, *, is_weekly: bool
) -> Occurrence | None:
    """The day's run, unless it is past or another digest stands for it."""
    schedule = Schedule.objects.filter(newsletter=newsletter, is_active=True).first()
    run = on_day(schedule=schedule, day=day, is_weekly=is_weekly) if schedule else None
    if schedule is None or run is None or run.own_time <= max(now, schedule.effective_from):
        return None
    others = Digest.objects.filter(
        newsletter=newsletter,
        occurrence__startswith=run.key,
        is_weekly=is_weekly,
        is_single=False,
    ).exclude(
        Q(occurrence=occurrence) | Q(state=Digest.State.CANCELLED) | Q(corrects__isnull=False)
    )
    taken = any(not _of_earlier_rule(digest, schedule) for digest in others)
    return None if taken else run
