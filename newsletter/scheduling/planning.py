"""Planning: opens the digests that schedules ask for, and lets go of those that are due.

Runs every few seconds, in as many processes as there are, and also as a wake-up. What is due is
read from the database each time; an occurrence is opened once because it is unique, and each move
is a conditional UPDATE, so a second planner finds nothing left to do.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F

from newsletter import wake
from newsletter.digests import assembly, lifecycle, waves
from newsletter.models import Digest, Schedule
from newsletter.release import alerts, approval, readiness
from newsletter.release.approval import NotReady, WrongState
from newsletter.scheduling import refilling, upcoming
from newsletter.scheduling.words import in_hours

State = Digest.State

log = structlog.get_logger(__name__)


def plan(*, now: datetime) -> None:
    """Move drafts after changed schedules, lock, open, release and hold what is due.

    The trouble of one newsletter is logged and does not keep the others from going out.
    """
    follow_changed_schedules(now=now)
    refilling.lock_due(now=now)
    for schedule, planned in upcoming.to_open(now=now):
        try:
            open_planned(schedule=schedule, planned=planned, now=now)
        except Exception:
            log.exception("open_failed", newsletter=schedule.newsletter_id)
    for digest in due(now=now):
        try:
            release_due(digest=digest, now=now)
        except Exception:
            log.exception("release_failed", digest=digest.pk)


def follow_changed_schedules(*, now: datetime) -> None:
    """Move waiting drafts to the time that their schedule has for that day by now.

    Only drafts whose time nobody chose: that of a scheduled digest is a person's decision.
    """
    older = Digest.objects.filter(
        state=State.DRAFT,
        release_at__gt=now,
        follows_rule=True,
        newsletter__schedule__is_active=True,
        newsletter__schedule__effective_from__gt=F("created_at"),
    ).select_related("newsletter__schedule")
    for digest in older:
        run = upcoming.run_of(digest=digest)
        if run is not None and run.release_at != digest.release_at:
            # Named by its old time, so that a person's later choice is not overwritten.
            same = Digest.objects.filter(
                pk=digest.pk, state=State.DRAFT, release_at=digest.release_at, follows_rule=True
            )
            same.update(release_at=run.release_at, **waves.fields(run.waves))
            log.info("digest_retimed", digest=digest.pk)


def due(*, now: datetime) -> list[Digest]:
    """Digests whose time has come and that nobody let go of yet, the earliest first."""
    return list(
        Digest.objects.filter(
            state__in=[State.DRAFT, State.APPROVED, State.SCHEDULED], release_at__lte=now
        )
        .select_related("newsletter__schedule")
        .order_by("release_at", "id")
    )


def open_planned(*, schedule: Schedule, planned: upcoming.Planned, now: datetime) -> None:
    """Make the digest of one occurrence; tell staff when it is skipped."""
    digest, made = assembly.open_occurrence(
        newsletter=schedule.newsletter,
        occurrence=planned.occurrence,
        release_at=planned.release_at,
        waves=planned.run.waves,
        follows_rule=True,
        is_weekly=planned.run.is_weekly,
        now=now,
    )
    if made:
        log.info("digest_opened", digest=digest.pk, state=digest.state)
    if made and digest.state == State.SKIPPED:
        alerts.tell_staff(digest=digest, message=f"Skipped. {digest.reason}", now=now)


def release_due(*, digest: Digest, now: datetime) -> None:
    """Let one due digest go; hold or skip it when it is too late, not approved or not ready."""
    rule = assembly.rule_of(digest.newsletter)
    grace = rule.grace(is_weekly=digest.is_weekly)
    due_at = upcoming.own_time(digest=digest, zone=digest.newsletter.zone)
    if due_at is not None and now - due_at > grace:
        _hold(digest, _late(due_at, grace, now), now)
        return
    if approval.take_back_if_changed(digest_id=digest.pk, now=now):
        # A draft now: the next tick treats it as one.
        return
    if digest.state == State.DRAFT and not upcoming.goes_by_itself(digest=digest, rule=rule):
        _without_approval(digest, rule, now)
        return
    try:
        _let_go(digest, now)
    except NotReady as refusal:
        _hold(digest, str(refusal), now)
    except WrongState:
        log.info("release_lost", digest=digest.pk)
    except DatabaseError:
        # Perhaps another planner, perhaps a busy database: the next tick looks again.
        log.warning("release_deferred", digest=digest.pk, exc_info=True)
    except Exception as error:
        log.exception("release_failed", digest=digest.pk)
        _hold(digest, f"It could not be made ({type(error).__name__}: {error}).", now)


def _without_approval(digest: Digest, rule: Schedule, now: datetime) -> None:
    """Held, for a person to decide; skipped where that is the rule and nobody has worked on it."""
    reason = "Nobody approved it before its time."
    if digest.reason == approval.CHANGED:
        reason = "It changed since it was approved, and nobody approved it again."
    is_agreed = digest.agreements.exists()
    if is_agreed:
        reason = "Only one person approved it before its time, and two have to."
    is_untouched = digest.touched_at is None and not is_agreed
    if (
        upcoming.is_skipped_untouched(rule=rule)
        and digest.corrects_id is None
        and is_untouched
        and not approval.was_approved_by_somebody(digest=digest)
    ):
        _skip(digest, reason, now)
    else:
        _hold(digest, reason, now)


@transaction.atomic
def _let_go(digest: Digest, now: datetime) -> None:
    if not _locked_as_found(digest):
        return
    if found := readiness.changed_outside(digest=digest, now=now):
        raise NotReady(found)
    if digest.state != State.SCHEDULED:
        at = digest.release_at or now
        approval.schedule(digest_id=digest.pk, release_at=at, by=None, now=now)
    if digest.state != State.DRAFT:
        _tell_of_dead_links(digest, now)
    if lifecycle.release(digest_id=digest.pk, now=now):
        wake.send(wake.PREPARE, digest_id=digest.pk)


def _tell_of_dead_links(digest: Digest, now: datetime) -> None:
    if found := readiness.died_since(digest=digest, now=now):
        listed = " ".join(problem.message for problem in found)
        alerts.tell_staff(digest=digest, message=f"It goes out as approved. {listed}", now=now)


def _hold(digest: Digest, reason: str, now: datetime) -> None:
    _stop(digest, lifecycle.hold, State.HELD, reason, now)


def _skip(digest: Digest, reason: str, now: datetime) -> None:
    _stop(digest, lifecycle.skip, State.SKIPPED, reason, now)


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
    and the next tick looks again.
    """
    same = Digest.objects.filter(
        pk=digest.pk,
        state=digest.state,
        release_at=digest.release_at,
        version=digest.version,
    )
    return same.select_for_update().first() is not None


def _late(release_at: datetime, grace: timedelta, now: datetime) -> str:
    return (
        f"More than {in_hours(grace)} late: it was due {in_hours(now - release_at)} ago, "
        "and news that old is for a person to send."
    )
