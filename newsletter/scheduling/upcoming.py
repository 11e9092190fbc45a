"""What schedules ask for next: the occurrences that have no digest yet.

An occurrence is taken by a digest of its date, whatever became of it: a cancelled one is not made
again. Only one that was finished under an earlier rule (its time lies before `effective_from`)
does not count, so that a schedule moved to later today runs today.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Count, Q

from newsletter.digests.assembly import free_occurrence, make_digest, next_occurrence
from newsletter.models import Digest, Schedule
from newsletter.scheduling.recurrence import Occurrence, occurrences_between, on_day
from subscribers.models import Newsletter

WEEK = timedelta(days=7)
FINISHED = {Digest.State.SENT, Digest.State.SKIPPED, Digest.State.CANCELLED}
WAITING = [Digest.State.DRAFT, Digest.State.APPROVED, Digest.State.SCHEDULED]


@dataclass(frozen=True, slots=True)
class Planned:
    """A digest that a schedule will open: its occurrence and the instant (UTC) it is due."""

    occurrence: str
    release_at: datetime


def to_open(*, now: datetime) -> list[tuple[Schedule, Planned]]:
    """What is to be opened at `now`; two statements, however many newsletters there are.

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
    return list(schedules.annotate(leaves=Count("leaves_out")).order_by("leaves", "pk"))


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


def _wanted(schedule: Schedule, now: datetime) -> list[Occurrence]:
    runs = occurrences_between(
        schedule=schedule,
        since=max(schedule.effective_from, now - WEEK),
        until=now + timedelta(minutes=schedule.lead_time_minutes),
    )
    ahead = [run for run in runs if run.release_at > now]
    return ahead or runs[-1:]


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
            key = free_occurrence(day=run.day, taken=live)
            planned.append((schedule, Planned(occurrence=key, release_at=run.release_at)))
    return planned


def _standing(
    pairs: Sequence[tuple[Schedule, Occurrence]],
) -> defaultdict[tuple[int, str], list[Digest]]:
    """The digests of each newsletter and date, with and without a suffix."""
    keys = Q()
    for schedule, run in pairs:
        keys |= Q(newsletter_id=schedule.newsletter_id, occurrence__startswith=run.key)
    found: defaultdict[tuple[int, str], list[Digest]] = defaultdict(list)
    fields = ("newsletter_id", "occurrence", "state", "release_at", "created_at")
    for digest in Digest.objects.filter(keys).only(*fields):
        found[digest.newsletter_id, digest.occurrence[:10]].append(digest)
    return found


def _of_earlier_rule(digest: Digest, schedule: Schedule) -> bool:
    time = digest.release_at or digest.created_at
    return digest.state in FINISHED and time < schedule.effective_from


def time_by_rule(*, digest: Digest) -> datetime | None:
    """When the newsletter's schedule runs on the digest's day; None when it does not (any more)."""
    schedule = digest.newsletter.schedule
    run = on_day(schedule=schedule, day=date.fromisoformat(digest.occurrence[:10]))
    if run is None or run.release_at < schedule.effective_from:
        return None
    return run.release_at


def next_release(*, newsletter: Newsletter, now: datetime) -> datetime | None:
    """When the newsletter's next mail goes out: a digest that waits, or the schedule's next run."""
    waiting = Digest.objects.filter(
        newsletter=newsletter, state__in=WAITING, release_at__gt=now
    ).values_list("release_at", flat=True)
    times = [time for time in waiting if time is not None]
    for schedule in Schedule.objects.filter(newsletter=newsletter, is_active=True).select_related(
        "newsletter"
    ):
        since = max(schedule.effective_from, now + timedelta(microseconds=1))
        runs = occurrences_between(schedule=schedule, since=since, until=since + 2 * WEEK)
        free = without_digest(schedules=[schedule], wanted={schedule.pk: runs})
        times += [planned.release_at for _, planned in free[:1]]
    return min(times, default=None)


def make_by_hand(
    *, newsletter: Newsletter, day: date, occurrence: str = "", now: datetime
) -> Digest:
    """The digest of `occurrence`, a day's name; without one a further digest of `day`.

    When it stands for a run of the schedule that is still to come, it gets that run's time, and
    takes its place; otherwise it waits for a person without a time.
    """
    occurrence = occurrence or next_occurrence(newsletter=newsletter, day=day)
    return make_digest(
        newsletter=newsletter,
        occurrence=occurrence,
        release_at=_time_of_run(newsletter, day, occurrence, now),
        now=now,
    )


def _time_of_run(
    newsletter: Newsletter, day: date, occurrence: str, now: datetime
) -> datetime | None:
    """The time of the day's run, unless it is past or another digest stands for it."""
    schedule = Schedule.objects.filter(newsletter=newsletter, is_active=True).first()
    run = on_day(schedule=schedule, day=day) if schedule else None
    if schedule is None or run is None or run.release_at <= max(now, schedule.effective_from):
        return None
    others = Digest.objects.filter(newsletter=newsletter, occurrence__startswith=run.key).exclude(
        Q(occurrence=occurrence) | Q(state=Digest.State.CANCELLED)
    )
    taken = any(not _of_earlier_rule(digest, schedule) for digest in others)
    return None if taken else run.release_at
