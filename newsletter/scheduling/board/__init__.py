"""The board: what goes out today and in the next seven days, what is missing, and who acts."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from newsletter.digests.assembly import locks_at, rule_of
from newsletter.digests.waves import of as waves_of
from newsletter.models import Agreement, Digest, Schedule
from newsletter.scheduling import ahead, upcoming
from newsletter.scheduling.board.drafts import Lacking, lacking
from newsletter.scheduling.board.row import OVER, PLANNED, BoardRow
from newsletter.scheduling.board.steps import (
    LATER,
    NextStep,
    of_approved,
    of_draft,
    who_acts,
)
from newsletter.scheduling.needs import (
    APPROVAL,
    EDITOR,
    ITSELF,
    SECOND,
    SECOND_APPROVAL,
    SENDER,
)

__all__ = [
    "APPROVAL",
    "DAYS",
    "EDITOR",
    "ITSELF",
    "LATER",
    "OVER",
    "PLANNED",
    "SECOND",
    "SECOND_APPROVAL",
    "SENDER",
    "BoardRow",
    "NextStep",
    "rows",
    "start_of",
    "who_acts",
]

State = Digest.State
DAYS = 7
# Shown whatever their date: somebody or something still has to act.
OPEN = [*Digest.EDITABLE, State.PREPARING, State.SENDING, State.PAUSED]
# What is over today may have been due on a day before.
LATEST = timedelta(days=2)


def rows(*, now: datetime, schedules: list[Schedule] | None = None) -> list[BoardRow]:
    """All rows, by time; those without one stand at `now`. A fixed number of statements.

    Days are those of the desk. `schedules`: `upcoming.active_schedules`, where they are there.
    """
    active = upcoming.active_schedules() if schedules is None else schedules
    found = [*_digest_rows(now), *_planned_rows(active, now)]
    return sorted(found, key=lambda row: (row.at or now, row.newsletter.position))


def start_of(day: date, hour: int = 0) -> datetime:
    """The instant (UTC) at which a day of the desk begins, or an hour of it."""
    # Between times of one zone Python counts what clocks show, not what passes.
    return timezone.make_aware(datetime.combine(day, time(hour))).astimezone(UTC)


def _end(now: datetime) -> datetime:
    return start_of(timezone.localdate(now) + timedelta(days=DAYS + 1))


def _digest_rows(now: datetime) -> Iterator[BoardRow]:
    digests = [digest for digest in _digests(now) if _is_shown(digest, now)]
    waiting = [digest for digest in digests if digest.state in upcoming.WAITING]
    agreed = {digest.pk for digest in waiting if getattr(digest, "has_agreement", False)}
    lacks = lacking(waiting=waiting, agreed=agreed, now=now)
    for digest in digests:
        yield _row(digest, lacks.get(digest.pk, Lacking()))


def _digests(now: datetime) -> Iterator[Digest]:
    since = start_of(timezone.localdate(now)) - LATEST
    around = Q(release_at__gte=since, release_at__lt=_end(now))
    # Each that was ever called off before it had a time stays without one.
    lately = Q(created_at__gte=since) | Q(sent_at__gte=since)
    timeless = Q(release_at__isnull=True) & lately
    waits = Agreement.objects.filter(digest=OuterRef("pk"), person__is_active=True)
    found = Digest.objects.filter(around | timeless | Q(state__in=OPEN))
    found = found.select_related("newsletter__schedule").defer("intro", "sign_off")
    return found.annotate(has_agreement=Exists(waits)).iterator()


def _is_shown(digest: Digest, now: datetime) -> bool:
    """Whether it is open, or was over today or is called off for a day to come."""
    if digest.state in OPEN:
        return True
    own_time = upcoming.own_time(digest=digest, zone=digest.newsletter.zone)
    at = max(filter(None, (own_time, digest.sent_at)), default=digest.created_at)
    return start_of(timezone.localdate(now)) <= at < _end(now)


def _row(digest: Digest, lacks: Lacking) -> BoardRow:
    if digest.state == State.DRAFT:
        who, step = of_draft(lacks.missing)
    else:
        who, step = of_approved(digest, lacks.missing)
    reasons = (digest.reason,) if digest.reason and digest.state != State.DRAFT else ()
    return BoardRow(
        at=upcoming.own_time(digest=digest, zone=digest.newsletter.zone),
        newsletter=digest.newsletter,
        occurrence=digest.occurrence,
        digest=digest,
        state=digest.state,
        label=digest.get_state_display(),
        # Nobody has to do anything about too few stories: news may come.
        missing=(*lacks.too_few, *lacks.missing, *reasons),
        who=who,
        next_step=step,
        is_weekly=digest.is_weekly,
        waves=_waves(digest),
        locks_at=_locks_at(digest),
        is_unseen=lacks.is_unseen,
    )


def _waves(digest: Digest) -> tuple[datetime, datetime] | None:
    waves = waves_of(digest)
    if digest.release_at is None or waves is None:
        return None
    return ahead.first_and_last(waves=waves, release_at=digest.release_at)


def _locks_at(digest: Digest) -> datetime | None:
    if digest.state != State.DRAFT or digest.locked_at or digest.release_at is None:
        return None
    return locks_at(release_at=digest.release_at, rule=rule_of(digest.newsletter))


def _planned_rows(schedules: list[Schedule], now: datetime) -> Iterator[BoardRow]:
    moment = timedelta(microseconds=1)
    for schedule, planned in ahead.planned(
        schedules=schedules, since=now, until=_end(now) - moment
    ):
        run = planned.run
        waves = run.waves and ahead.first_and_last(waves=run.waves, release_at=run.release_at)
        yield BoardRow(
            at=run.own_time,
            newsletter=schedule.newsletter,
            occurrence=planned.occurrence,
            digest=None,
            state=PLANNED,
            label=PLANNED,
            missing=(),
            who=ITSELF if upcoming.asks_nobody(rule=schedule) else LATER,
            next_step=NextStep("make", "Make it now"),
            is_weekly=run.is_weekly,
            waves=waves or None,
        )
