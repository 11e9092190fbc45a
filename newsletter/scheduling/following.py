"""Following the rule: mails whose time nobody chose go where their schedule has their day by now.

The rule may have been changed, the newsletter moved to another zone, or the clocks of its zone be
set otherwise than was known when the draft was made.
"""

from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from newsletter.digests import lifecycle, waves
from newsletter.digests.assembly import locks_at, rule_of
from newsletter.models import Digest, Schedule
from newsletter.release import alerts
from newsletter.scheduling import upcoming
from newsletter.scheduling.days import Days, days_of
from newsletter.scheduling.recurrence import Occurrence, run_on
from newsletter.scheduling.standings import Standing, Standings
from subscribers.moments import moment_in_words

State = Digest.State
NO_RUN = "Its newsletter has no mail on that day any more."
MOVED = (
    "Its newsletter's rule was changed, and it moves with it, approved as it is. It goes {goes}."
)

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Move:
    """A mail and the run that it stands for by now; `run` None: there is none any more."""

    digest: Standing
    run: Occurrence | None


def moves(*, schedule: Schedule, standings: Standings, now: datetime) -> list[Move]:
    """The mails of a schedule that do not stand where it has their day; no statement.

    One whose run by now lies before the rule came into force keeps its time: it is not late.
    """
    days = days_of(schedule)
    following = (one for one in standings.of(schedule) if one.follows_rule and one.is_ahead(now))
    found = (_move(schedule, days, digest, now) for digest in following)
    return [move for move in found if move is not None]


def _move(schedule: Schedule, days: Days, digest: Standing, now: datetime) -> Move | None:
    run = run_on(days=days, day=digest.day, is_weekly=digest.is_weekly)
    if run is None:
        return Move(digest, None) if digest.state in upcoming.WAITING else None
    run = upcoming.in_time(run=run, rule=schedule, now=now)
    if run.release_at <= now or run.own_time < schedule.effective_from:
        return None
    is_back = digest.state == State.SKIPPED and digest.reason == NO_RUN
    # Also approved ones: whoever approved the words chose no time.
    is_elsewhere = digest.state in upcoming.WAITING and not digest.is_at(run)
    return Move(digest, run) if is_back or is_elsewhere else None


def follow(*, move: Move, now: datetime) -> None:
    """Move one, if it is still where it was found."""
    if move.run is None:
        _drop(move.digest, now)
    else:
        _retime(move.digest, move.run, now)


@transaction.atomic
def _retime(found: Standing, run: Occurrence, now: datetime) -> None:
    # Named by its old time, so that a person's later choice is not overwritten.
    same = Digest.objects.filter(
        pk=found.pk, state=found.state, release_at=found.release_at, follows_rule=True
    )
    was = same.select_related("newsletter__schedule").first()
    if was is None:
        return
    unlocked = {"locked_at": None} if _takes_news_again(was, run, now) else {}
    if not same.update(release_at=run.release_at, **waves.fields(run.waves), **unlocked):
        return
    if found.state == State.SKIPPED:
        lifecycle.back_to_draft(digest_id=found.pk, by=None, now=now, reason="Its day is back")
    elif found.state != State.DRAFT:
        # Whoever approved it may have another time in mind.
        goes = moment_in_words(at=run.own_time, now=now, zone=was.newsletter.zone)
        alerts.tell_staff(digest=was, message=MOVED.format(goes=goes), now=now)
    log.info("digest_retimed", digest=found.pk)


def _takes_news_again(digest: Digest, run: Occurrence, now: datetime) -> bool:
    """Whether its time had locked it, which by now is further away, and nobody worked on it."""
    rule = rule_of(digest.newsletter)
    if digest.locked_at is None or digest.release_at is None or digest.touched_at is not None:
        return False
    was_due = locks_at(release_at=digest.release_at, rule=rule) <= digest.locked_at
    is_agreed = digest.state != State.DRAFT or digest.agreements.exists()
    return was_due and not is_agreed and locks_at(release_at=run.release_at, rule=rule) > now


@transaction.atomic
def _drop(found: Standing, now: datetime) -> None:
    """Skipped; held for a person where somebody worked on it."""
    rows = Digest.objects.select_for_update(no_key=True).filter(
        pk=found.pk, state=found.state, release_at=found.release_at, follows_rule=True
    )
    digest = rows.first()
    if digest is None:
        return
    is_worked_on = digest.touched_at is not None or digest.agreements.exists()
    is_worked_on |= digest.state != State.DRAFT
    move = lifecycle.hold if is_worked_on else lifecycle.skip
    if move(digest_id=found.pk, reason=NO_RUN, now=now):
        digest.refresh_from_db(fields=["state"])
        label = digest.get_state_display().capitalize()
        alerts.tell_staff(digest=digest, message=f"{label}. {NO_RUN}", now=now)
