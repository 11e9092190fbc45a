"""Refilling: news goes on coming into a draft by itself until shortly before its time.

Whoever has the page of a mail open is not disturbed: it is left as it is until he is gone.
"""

from datetime import datetime, timedelta

import structlog
from django.db import DatabaseError, transaction
from django.db.models import Count, Q, QuerySet

from newsletter.digests import assembly, filling, presence
from newsletter.models import Article, Digest, Schedule
from newsletter.release import alerts
from newsletter.scheduling.phases import work_off
from newsletter.scheduling.waiting import wait_for

State = Digest.State
# Also without news: an editor's tick on a story, a picture that has come.
EVERY = timedelta(minutes=5)
# Soon after news; what comes later in one visit to a source is for the next time.
SOON = timedelta(seconds=30)
# How near a draft is that is not only filled again now and then.
NEAR, NOW_AND_THEN = timedelta(hours=24), timedelta(hours=6)
# The rest is for the next time.
AT_ONCE = 100

log = structlog.get_logger(__name__)


def refill(*, now: datetime) -> None:
    """Fill the drafts again that wait for news; the trouble of one is logged.

    A bounded number a time, those that waited longest; what goes out later, and nobody has worked
    on, only now and then. In any case all that is new comes in when a draft is locked.
    """
    news = Article.objects.order_by("-created_at").values_list("created_at", flat=True).first()
    # In the future: the clock was set back since.
    stale = Q(filled_at__lte=now - EVERY) | Q(filled_at__gt=now)
    if news is not None:
        stale |= Q(filled_at__lt=news, filled_at__lte=now - SOON)
    is_near = Q(release_at__lte=now + NEAR) | Q(touched_at__isnull=False)
    waiting = _open().filter(is_near & stale | Q(filled_at__lte=now - NOW_AND_THEN))
    longest = waiting.order_by("filled_at", "pk").values_list("pk", flat=True)[:AT_ONCE]
    in_turn = _in_turn(Digest.objects.filter(pk__in=list(longest)))

    def work(digest_id: int) -> None:
        try:
            _refill(digest_id=digest_id, now=now)
        except Exception:
            log.exception("refill_failed", digest=digest_id)

    work_off(in_turn.values_list("pk", flat=True), work)


def lock_due(*, now: datetime) -> bool:
    """Lock the drafts whose time is near; skip those with too little in them and tell staff.

    False when some are left.
    """
    near = _open().filter(_is_near_lock(now)).select_related("newsletter__schedule")

    def work(digest: Digest) -> None:
        try:
            if digest.leaves_out:  # type: ignore[attr-defined]  # annotated
                _wait_for_those_left_out(digest)
            _lock(digest_id=digest.pk, now=now)
        except DatabaseError:
            # A busy database, perhaps: the next tick tries again.
            log.warning("lock_deferred", digest=digest.pk, exc_info=True)
        except Exception:
            log.exception("lock_failed", digest=digest.pk)
            # As it stands: it goes out in time, and is not tried again in every tick.
            Digest.objects.filter(pk=digest.pk, locked_at=None).update(locked_at=now)

    found = list(_in_turn(near)[:AT_ONCE])
    return work_off(found, work) and len(found) < AT_ONCE


def _is_near_lock(now: datetime) -> Q:
    """Of drafts whose lock is due: a range of `release_at` for each time before it that is in use.

    So the index finds them, and no draft is read that has hours to go.
    """
    usual = Schedule().lock_minutes
    found = Q(newsletter__schedule=None, release_at__lte=now + timedelta(minutes=usual))
    for minutes in Schedule.objects.order_by().values_list("lock_minutes", flat=True).distinct():
        until = now + timedelta(minutes=minutes)
        found |= Q(newsletter__schedule__lock_minutes=minutes, release_at__lte=until)
    return found


def _wait_for_those_left_out(digest: Digest) -> None:
    """What runs elsewhere does not run here: another planner may be filling that at this moment."""
    wait_for(_open().filter(newsletter__in=digest.newsletter.schedule.leaves_out.all()))


def _open() -> QuerySet[Digest]:
    """A correction is none of them: what is in it is for a person to say."""
    return Digest.objects.filter(
        state=State.DRAFT, locked_at=None, release_at__isnull=False, corrects__isnull=True
    )


def _in_turn(digests: QuerySet[Digest]) -> QuerySet[Digest]:
    """Whoever leaves out what others run chooses after them."""
    leaves_out = Count("newsletter__schedule__leaves_out")
    return digests.annotate(leaves_out=leaves_out).order_by("leaves_out", "release_at", "pk")


@transaction.atomic
def _refill(*, digest_id: int, now: datetime) -> None:
    digest = _mine(digest_id, waits=True)
    if digest is None or presence.is_anybody(digest_id=digest_id, now=now):
        return
    filling.fill(digest=digest, rule=assembly.rule_of(digest.newsletter), now=now)


@transaction.atomic
def _lock(*, digest_id: int, now: datetime) -> None:
    digest = _mine(digest_id, waits=False)
    if digest is None:
        return
    rule = assembly.rule_of(digest.newsletter)
    if presence.is_anybody(digest_id=digest_id, now=now):
        found = filling.fewest(digest=digest, rule=rule)
    else:
        found = filling.fill(digest=digest, rule=rule, now=now)
    if not assembly.lock(digest=digest, found=found, rule=rule, now=now):
        alerts.tell_staff(digest=digest, message=f"Skipped. {digest.reason}", now=now)


def _mine(digest_id: int, *, waits: bool) -> Digest | None:
    """The draft, locked until the transaction ends; None when somebody took it on meanwhile.

    Whoever has it is waited for, or else passed over.
    """
    rows = _open().select_for_update(of=("self",), skip_locked=not waits)
    rows = rows.select_related("newsletter__schedule")
    return rows.filter(pk=digest_id).first()
