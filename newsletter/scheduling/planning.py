"""Planning: opens the digests that schedules ask for, and lets go of those that are due.

Runs every few seconds, in as many processes as there are, and also as a wake-up. What is due is
read from the database each time; an occurrence is opened once because it is unique, and each move
is a conditional UPDATE, so a second planner finds nothing left to do. What one planner is at is
locked, and others go on with what comes after it: so they share what there is.
"""

from datetime import datetime

import structlog
from django.db import transaction

from newsletter import wake
from newsletter.digests import assembly
from newsletter.models import Digest, Schedule
from newsletter.release import alerts
from newsletter.scheduling import following, letting_go, looking, refilling, upcoming
from newsletter.scheduling.phases import work_off

State = Digest.State

log = structlog.get_logger(__name__)


def plan(*, now: datetime) -> bool:
    """Move drafts after changed schedules, lock, open, release and hold what is due.

    The trouble of one newsletter is logged and does not keep the others from going out. Ends after
    a bounded time; False when something is left, for which the next one is woken.
    """
    look = looking.look(now=now)
    phases = (
        _move(look, now),
        # What is too late takes no news any more: the newest is in want of it.
        letting_go.hold_late(now=now),
        refilling.lock_due(now=now),
        _open(look, now),
        letting_go.release_all(now=now),
        look.is_whole,
    )
    if not all(phases):
        wake.send(wake.PLAN)
    return all(phases)


def _move(look: looking.Look, now: datetime) -> bool:
    def work(move: following.Move) -> None:
        try:
            following.follow(move=move, now=now)
        except Exception:
            log.exception("move_failed", digest=move.digest.pk)

    return work_off(look.to_move, work)


def _open(look: looking.Look, now: datetime) -> bool:
    def work(one: tuple[Schedule, upcoming.Planned]) -> None:
        schedule, planned = one
        try:
            open_planned(schedule=schedule, planned=planned, now=now)
        except Exception:
            log.exception("open_failed", newsletter=schedule.newsletter_id)
            looking.put_off(schedule=schedule, now=now)

    return work_off(look.to_open, work)


def open_planned(*, schedule: Schedule, planned: upcoming.Planned, now: datetime) -> None:
    """Make the digest of one occurrence; tell staff when it is skipped."""
    looking.wait_for_those_left_out(schedule=schedule)
    with transaction.atomic():
        if not looking.mine(schedule=schedule):
            return
        digest, made = assembly.open_occurrence(
            newsletter=schedule.newsletter,
            occurrence=planned.occurrence,
            release_at=planned.release_at,
            waves=planned.run.waves,
            follows_rule=True,
            is_weekly=planned.run.is_weekly,
            now=now,
        )
        if made and digest.state == State.SKIPPED:
            alerts.tell_staff(digest=digest, message=f"Skipped. {digest.reason}", now=now)
    if made:
        log.info("digest_opened", digest=digest.pk, state=digest.state)
