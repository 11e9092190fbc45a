"""Letting go: what is due goes out, or is held or skipped with the reason in words.

Late is what lies further behind its own time than its newsletter allows. Of the mails whose time
the rule chose only the newest that is due goes: readers get one after an outage, not one for each
day of it.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef, Q

from newsletter import wake
from newsletter.digests import assembly, lifecycle
from newsletter.models import Digest, Schedule
from newsletter.release import alerts, approval, readiness
from newsletter.release.approval import NotReady, WrongState
from newsletter.scheduling import upcoming
from newsletter.scheduling.phases import work_off
from newsletter.scheduling.words import in_hours

State = Digest.State
# Readers get it, unless something comes between.
GOES = [
    *(State.APPROVED, State.SCHEDULED),
    *(State.PREPARING, State.SENDING, State.PAUSED, State.SENT),
]
# One tick takes no more; it is over long before.
AT_ONCE = 500
OLDEST = timedelta(days=40)
OVERTAKEN = "A later mail of this newsletter is due too, and readers get one of them by themselves."

log = structlog.get_logger(__name__)


def due(*, now: datetime) -> list[Digest]:
    """Digests whose time has come and that nobody let go of yet: urgent ones, then the earliest.

    Each says whether it `is_overtaken` by a later one of its newsletter.
    """
    is_later = Q(release_at__gt=OuterRef("release_at")) | Q(
        release_at=OuterRef("release_at"), pk__gt=OuterRef("pk")
    )
    newer = Digest.objects.filter(
        is_later,
        newsletter=OuterRef("newsletter"),
        is_weekly=OuterRef("is_weekly"),
        # Bounded by what has an index; what is older is late in any case.
        occurrence__gte=(now - OLDEST).date().isoformat(),
        release_at__lte=now,
        follows_rule=True,
        corrects=None,
    )
    # One that waits for a person goes perhaps never.
    by_itself = Q(
        state=State.DRAFT,
        newsletter__schedule__is_active=True,
        newsletter__schedule__approval=Schedule.Approval.AUTOMATIC,
        newsletter__schedule__approvers=1,
    )
    alive = newer.filter(Q(state__in=GOES) | by_itself)
    return list(
        Digest.objects.filter(state__in=upcoming.WAITING, release_at__lte=now)
        .annotate(is_overtaken=Exists(alive))
        .select_related("newsletter__schedule")
        .order_by("-is_urgent", "release_at", "id")[:AT_ONCE]
    )


def hold_late(*, now: datetime) -> bool:
    """Hold what nobody should get any more; False when not all was looked at."""

    def work(digest: Digest) -> None:
        if reason := _too_late(digest, now):
            hold(digest=digest, reason=reason, now=now)

    return _each(work, "hold_failed", now)


def release_all(*, now: datetime) -> bool:
    """Let go of what is due; False when something is left.

    A draft that is not locked yet is for the next planner: the last news belongs into it.
    """

    def work(digest: Digest) -> None:
        if digest.state != State.DRAFT or digest.locked_at or digest.corrects_id:
            release_due(digest=digest, now=now)

    return _each(work, "release_failed", now)


def _each(work: Callable[[Digest], None], trouble: str, now: datetime) -> bool:
    def guarded(digest: Digest) -> None:
        try:
            work(digest)
        except Exception:
            log.exception(trouble, digest=digest.pk)

    found = due(now=now)
    return work_off(found, guarded) and len(found) < AT_ONCE


def release_due(*, digest: Digest, now: datetime) -> None:
    """Let one of `due` go; hold or skip it when it is too late, not approved or not ready."""
    rule = assembly.rule_of(digest.newsletter)
    if reason := _too_late(digest, now):
        hold(digest=digest, reason=reason, now=now)
        return
    if digest.state == State.DRAFT and not upcoming.goes_by_itself(digest=digest, rule=rule):
        _without_approval(digest, rule, now)
        return
    try:
        _let_go(digest, now)
    except NotReady as refusal:
        hold(digest=digest, reason=str(refusal), now=now)
    except WrongState:
        log.info("release_lost", digest=digest.pk)
    except DatabaseError:
        # Perhaps another planner, perhaps a busy database: the next tick looks again.
        log.warning("release_deferred", digest=digest.pk, exc_info=True)
    except Exception as error:
        log.exception("release_failed", digest=digest.pk)
        reason = f"It could not be made ({type(error).__name__}: {error})."
        hold(digest=digest, reason=reason, now=now)


def _too_late(digest: Digest, now: datetime) -> str:
    """Why one that is due must not go out by itself any more; "" when it may."""
    grace = assembly.rule_of(digest.newsletter).grace(is_weekly=digest.is_weekly)
    due_at = upcoming.own_time(digest=digest, zone=digest.newsletter.zone)
    if due_at is not None and now - due_at > grace:
        return _late(due_at, grace, now)
    is_overtaken = digest.follows_rule and digest.corrects_id is None and digest.is_overtaken  # type: ignore[attr-defined]  # annotated
    return OVERTAKEN if is_overtaken else ""


def _late(release_at: datetime, grace: timedelta, now: datetime) -> str:
    return (
        f"More than {in_hours(grace)} late: it was due {in_hours(now - release_at)} ago, "
        "and news that old is for a person to send."
    )


def _without_approval(digest: Digest, rule: Schedule, now: datetime) -> None:
    """Held, for a person to decide; skipped where that is the rule and nobody has worked on it."""
    reason = "Nobody approved it before its time."
    if digest.reason == approval.CHANGED:
        reason = "It changed since it was approved, and nobody approved it again."
    if digest.agreements.exists():
        reason = "Only one person approved it before its time, and two have to."
    if upcoming.is_skipped_untouched(digest=digest, rule=rule):
        _stop(digest, lifecycle.skip, State.SKIPPED, reason, now)
    else:
        hold(digest=digest, reason=reason, now=now)


@transaction.atomic
def _let_go(digest: Digest, now: datetime) -> None:
    if not _locked_as_found(digest):
        return
    if digest.state == State.DRAFT:
        # Looks at all of it, and freezes it.
        at = digest.release_at or now
        approval.schedule(digest_id=digest.pk, release_at=at, by=None, now=now)
    elif not _stands_as_approved(digest, now):
        # A draft now: the next tick treats it as one.
        return
    if lifecycle.release(digest_id=digest.pk, now=now):
        wake.send(wake.PREPARE, digest_id=digest.pk)


def _stands_as_approved(digest: Digest, now: datetime) -> bool:
    """Scheduled, if what was approved is what stands there; else taken back. Drawn once."""
    since = readiness.since_approval(digest=digest, now=now)
    if not since.is_same:
        approval.take_back_changed(digest_id=digest.pk, now=now)
        return False
    if since.keeping_back:
        raise NotReady(since.keeping_back)
    if since.dead_links:
        listed = " ".join(problem.message for problem in since.dead_links)
        alerts.tell_staff(digest=digest, message=f"It goes out as approved. {listed}", now=now)
    if digest.state == State.APPROVED:
        at = digest.release_at or now
        lifecycle.schedule(digest_id=digest.pk, release_at=at, by=None, now=now)
    return True


def hold(*, digest: Digest, reason: str, now: datetime) -> None:
    """Hold one that is due, once, and tell staff why."""
    _stop(digest, lifecycle.hold, State.HELD, reason, now)


@transaction.atomic
def _stop(
    digest: Digest, move: Callable[..., bool], state: Digest.State, reason: str, now: datetime
) -> None:
    """Moved, once, with its reason; whoever moved it tells staff."""
    if _locked_as_found(digest) and move(digest_id=digest.pk, reason=reason[:300], now=now):
        digest.state = state
        alerts.tell_staff(digest=digest, message=f"{state.label.capitalize()}. {reason}", now=now)


def _locked_as_found(digest: Digest) -> bool:
    """Whether it is still as it was found due; if so, it stays so until the transaction ends.

    Somebody may have put it off, edited, taken it back or sent it since: then that is what counts,
    and the next tick looks again. So it does where somebody is at it at this moment.
    """
    same = Digest.objects.filter(
        pk=digest.pk,
        state=digest.state,
        release_at=digest.release_at,
        version=digest.version,
    )
    return same.select_for_update(skip_locked=True).first() is not None
