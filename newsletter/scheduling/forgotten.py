"""Mails that were taken back and have no time any more, while their day's run comes near.

Nothing else goes in their place, and nothing holds them: whoever took one back has to remember it.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import QuerySet

from newsletter.models import Digest, Escalation
from newsletter.scheduling import upcoming

State, Step = Digest.State, Escalation.Step
HOUR, HALF_HOUR, DAY = timedelta(minutes=60), timedelta(minutes=30), timedelta(days=1)
MOST = 500


@dataclass(frozen=True, slots=True)
class Forgotten:
    """A mail without a time, and when its newsletter's rule has it go."""

    digest: Digest
    due_at: datetime


def due_soon(*, now: datetime) -> list[Forgotten]:
    """Those whose run is to come within the hour, and whose step of now was not told yet."""
    found = []
    for digest in _without_time(now)[:MOST]:
        run = upcoming.run_of(digest=digest)
        if run is not None and now < run.own_time <= now + HOUR:
            found.append(Forgotten(digest, run.own_time))
    return _not_told(found, now)


def step_of(*, due_at: datetime, now: datetime) -> Escalation.Step:
    """The one that fits: an hour before, or half an hour."""
    return Step.HALF_HOUR if due_at <= now + HALF_HOUR else Step.HOUR


def _without_time(now: datetime) -> QuerySet[Digest]:
    """By the days around: wherever they are, no local date is further away."""
    today = now.astimezone(UTC).date()
    rows = Digest.objects.filter(
        state__in=[State.DRAFT, State.APPROVED],
        release_at=None,
        corrects=None,
        is_single=False,
        newsletter__schedule__is_active=True,
        occurrence__gte=(today - DAY).isoformat(),
        occurrence__lt=(today + 2 * DAY).isoformat(),
    )
    return rows.select_related("newsletter__schedule").order_by("pk")


def _not_told(found: list[Forgotten], now: datetime) -> list[Forgotten]:
    if not found:
        return []
    rows = Escalation.objects.filter(
        digest__in=[one.digest.pk for one in found], told_at__isnull=False
    )
    told = set(rows.values_list("digest_id", "due_at", "step"))
    return [
        one
        for one in found
        if (one.digest.pk, one.due_at, step_of(due_at=one.due_at, now=now)) not in told
    ]
