"""What schedules ask for next: the occurrences that have no digest yet.

An occurrence is taken by a digest of its date, whatever became of it: a cancelled one is not made
again. Only one that was finished under an earlier rule (its time lies before `effective_from`)
does not count, so that a schedule moved to later today runs today. The weekly mail "instead" is a
row of occurrences of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from newsletter.digests.assembly import free_occurrence, make_digest, next_occurrence
from newsletter.models import Digest, Schedule
from newsletter.scheduling.clocks import instant
from newsletter.scheduling.recurrence import Occurrence, occurrences_between, on_day, runs_after
from subscribers.models import Newsletter

WEEK = timedelta(days=7)
# A first wave comes at most this long before a mail's own time.
LONGEST_HEAD_START = timedelta(hours=27)
A_MOMENT = timedelta(microseconds=1)
# Of them, those that have no digest yet are looked for; a lead time holds fewer.
RUNS_LOOKED_AT = 20
WAVES = ("wave_day", "wave_time")
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

    Nor where two people have to approve, and never a correction: what it says is for a person.
    """
    if digest.corrects_id is not None:
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
    standing = _standing(pairs)
    planned: list[tuple[Schedule, Planned]] = []
    for schedule, run in pairs:
        digests = standing[schedule.newsletter_id, run.key]
        if all(_of_earlier_rule(digest, schedule) for digest in digests):
            live = {d.occurrence for d in digests if d.state != Digest.State.CANCELLED}
            key = free_occurrence(key=run.key, taken=live)
            planned.append((schedule, Planned(run=run, occurrence=key)))
    return planned


def _standing(
    pairs: Sequence[tuple[Schedule, Occurrence]],
) -> defaultdict[tuple[int, str], list[Digest]]:
    """The digests of each newsletter and run, with and without a number behind its key."""
    days = [run.day for _, run in pairs]
    theirs = Digest.objects.filter(
        newsletter__in={schedule.newsletter_id for schedule, _ in pairs},
        occurrence__gte=min(days).isoformat(),
        occurrence__lt=(max(days) + timedelta(days=1)).isoformat(),
    )
    found: defaultdict[tuple[int, str], list[Digest]] = defaultdict(list)
    fields = ("newsletter_id", "occurrence", "is_weekly", "state", "release_at", "created_at")
    for digest in theirs.only(*fields, *WAVES):
        found[digest.newsletter_id, _key_of(digest)].append(digest)
    return found


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
