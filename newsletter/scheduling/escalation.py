"""Telling staff an hour and half an hour before a mail is due that it waits for one of them.

What is due is read from the database each time, and what was said is a row: once for each step,
however many ticks, beats and machines there are. A mail that comes up inside the hour gets the
step that fits. Each is looked at once, and again when it was edited or moved on.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

import structlog
from django.db import transaction
from django.db.models import Case, Exists, OuterRef, Q, Value, When

from newsletter.models import Digest, Escalation
from newsletter.release import alerts
from newsletter.scheduling import forgotten
from newsletter.scheduling.forgotten import HALF_HOUR, HOUR, Forgotten, step_of
from newsletter.scheduling.needs import SENDER, SENDS, Need, need
from newsletter.scheduling.phases import work_off
from newsletter.scheduling.upcoming import own_time
from newsletter.scheduling.words import in_hours
from subscribers.moments import clock_in_words, day_in_words, moment_in_words

State, Step = Digest.State, Escalation.Step
WAITING = [State.DRAFT, State.APPROVED, State.SCHEDULED, State.HELD]
# One run; what is left is for the next, seconds later.
MOST = 500
FINISHED = [State.SENT, State.SKIPPED, State.CANCELLED]
A_TIME = "A time to go at."
NOTHING_GOES = "nothing goes out: it was taken back and has no time"

Found = TypeVar("Found")

log = structlog.get_logger(__name__)


def escalate(*, now: datetime) -> None:
    """Tell who has to act of mails due within the hour; two statements when there is nothing."""
    look_at_each(due_soon(now=now), lambda digest: _look(digest, now))
    taken_back = forgotten.due_soon(now=now)
    look_at_each(taken_back, lambda one: _remind(one, now))


def look_at_each(digests: Sequence[Found], look: Callable[[Found], None]) -> None:
    """Look at one after the other, for some seconds; the trouble of one is logged."""

    def guarded(digest: Found) -> None:
        try:
            look(digest)
        except Exception:
            log.exception("escalation_failed", what=str(digest))

    work_off(digests, guarded)


def due_soon(*, now: datetime) -> list[Digest]:
    """Mails due within the hour whose step of now was not looked at as they are."""
    fits = Case(
        When(release_at__lte=now + HALF_HOUR, then=Value(Step.HALF_HOUR.value)),
        default=Value(Step.HOUR.value),
    )
    soon = Digest.objects.filter(
        state__in=WAITING, release_at__gt=now, release_at__lte=now + HOUR
    ).annotate(step=fits)
    done = Escalation.objects.filter(
        Q(told_at__isnull=False) | Q(version=OuterRef("version"), state=OuterRef("state")),
        digest=OuterRef("pk"),
        step=OuterRef("step"),
        due_at=OuterRef("release_at"),
    )
    rows = soon.filter(~Exists(done)).select_related("newsletter__schedule")
    return list(rows.order_by("release_at", "pk")[:MOST])


def is_first(
    *, digest: Digest, step: Escalation.Step, due_at: datetime, tells: bool, now: datetime
) -> bool:
    """Note that it was looked at, and whether staff are to be told of it now, by the caller.

    Belongs into a transaction with what is told. False too when it was moved meanwhile: the next
    tick looks at it as it is then.
    """
    same = Digest.objects.filter(
        pk=digest.pk, state=digest.state, release_at=digest.release_at, version=digest.version
    )
    if same.select_for_update(no_key=True).first() is None:
        return False
    seen = {"version": digest.version, "state": digest.state, "looked_at": now}
    row, _ = Escalation.objects.get_or_create(
        digest=digest, step=step, due_at=due_at, defaults=seen
    )
    fresh = Escalation.objects.filter(pk=row.pk, told_at__isnull=True)
    return bool(fresh.update(**seen, told_at=now if tells else None)) and tells


def let_go(before: datetime, _now: datetime, at_most: int) -> int:
    """Rows about mails that are over; how many."""
    old = Escalation.objects.filter(looked_at__lt=before, digest__state__in=FINISHED)
    ids = list(old.order_by("pk").values_list("pk", flat=True)[:at_most])
    return Escalation.objects.filter(pk__in=ids).delete()[0]


def _look(digest: Digest, now: datetime) -> None:
    # Outside of the transaction: drawing it takes a while.
    found = need(digest=digest, now=now)
    assert digest.release_at is not None  # noqa: S101  (they were chosen by it)
    _tell(digest, found, digest.release_at, now)


def _remind(one: Forgotten, now: datetime) -> None:
    """Of a mail that was taken back: it has no time, so nothing goes."""
    found = need(digest=one.digest, now=now) or Need((A_TIME,), SENDER, SENDS)
    _tell(one.digest, replace(found, otherwise=NOTHING_GOES), one.due_at, now)


@transaction.atomic
def _tell(digest: Digest, found: Need | None, due_at: datetime, now: datetime) -> None:
    step = step_of(due_at=due_at, now=now)
    if not is_first(digest=digest, step=step, due_at=due_at, tells=found is not None, now=now):
        return
    if found is None:
        return
    alerts.tell(
        digest=digest,
        event="due",
        subject=f"{digest}: due in {in_hours(due_at - now)}, waits for {found.who}",
        message="\n".join(
            (
                _when(digest, due_at, now),
                f"Missing: {' '.join(found.missing)}",
                f"{found.who.capitalize()} has to act. Otherwise {found.otherwise}.",
            )
        ),
        addresses=alerts.who_may(right=found.right, but=found.but),
        now=now,
    )
    log.info("staff_told_in_time", digest=digest.pk, step=str(step))


def _when(digest: Digest, due_at: datetime, now: datetime) -> str:
    zone = digest.newsletter.zone
    left = in_hours(due_at - now)
    own = own_time(digest=digest, zone=zone)
    if not digest.goes_in_waves or digest.wave_time is None or own is None:
        return f"Due {moment_in_words(at=due_at, now=now, zone=zone)}, in {left}."
    day = day_in_words(at=own, now=now, zone=zone)
    return (
        f"Due {day}, {clock_in_words(digest.wave_time)} by each reader's own clock; "
        f"the first get it in {left}."
    )
