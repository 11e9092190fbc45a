"""Following the rule: drafts whose time nobody chose go where their schedule has their day by now.

The rule may have been changed, the newsletter moved to another zone, or the clocks of its zone be
set otherwise than was known when the draft was made.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import structlog
from django.db import transaction

from newsletter.digests import lifecycle, waves
from newsletter.models import Digest, Schedule
from newsletter.release import alerts
from newsletter.scheduling.days import Days, days_of
from newsletter.scheduling.recurrence import Occurrence, run_on
from newsletter.scheduling.standings import Standing, Standings

State = Digest.State
NO_RUN = "Its newsletter has no mail on that day any more."
FOLLOWS = {State.DRAFT, State.SKIPPED}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Move:
    """A draft and the run that it stands for by now; `run` None: there is none any more."""

    digest: Standing
    run: Occurrence | None


def moves(*, schedule: Schedule, standings: Standings, now: datetime) -> list[Move]:
    """The drafts of a schedule that do not stand where it has their day; no statement.

    One whose run by now lies before the rule came into force keeps its time: it is not late.
    """
    return list(_moves(schedule, days_of(schedule), standings.of(schedule), now))


def _moves(
    schedule: Schedule, days: Days, digests: Iterator[Standing], now: datetime
) -> Iterator[Move]:
    for digest in digests:
        if not digest.follows_rule or digest.state not in FOLLOWS or not digest.is_ahead(now):
            continue
        run = run_on(days=days, day=digest.day, is_weekly=digest.is_weekly)
        if digest.state == State.SKIPPED:
            if run is not None and run.own_time > now and digest.reason == NO_RUN:
                yield Move(digest, run)
        elif run is None or (run.own_time >= schedule.effective_from and not digest.is_at(run)):
            yield Move(digest, run)


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
    if not same.update(release_at=run.release_at, **waves.fields(run.waves)):
        return
    if found.state == State.SKIPPED:
        lifecycle.back_to_draft(digest_id=found.pk, by=None, now=now, reason="Its day is back")
    log.info("digest_retimed", digest=found.pk)


@transaction.atomic
def _drop(found: Standing, now: datetime) -> None:
    """Skipped; held for a person where somebody worked on it."""
    rows = Digest.objects.select_for_update(no_key=True).filter(
        pk=found.pk, state=State.DRAFT, release_at=found.release_at, follows_rule=True
    )
    digest = rows.first()
    if digest is None:
        return
    is_worked_on = digest.touched_at is not None or digest.agreements.exists()
    move = lifecycle.hold if is_worked_on else lifecycle.skip
    if move(digest_id=found.pk, reason=NO_RUN, now=now):
        digest.refresh_from_db(fields=["state"])
        label = digest.get_state_display().capitalize()
        alerts.tell_staff(digest=digest, message=f"{label}. {NO_RUN}", now=now)
