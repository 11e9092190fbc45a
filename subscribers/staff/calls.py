"""Calling the staff's webhook: claim, post, record; a lost claim comes back by its lease.

A call is made at least once and carries its id, so that a receiver can drop the second. One is made
at a time, by whichever worker comes first: a receiver that is slow or gone costs one process a few
seconds now and then, and nothing else waits for it.
"""

from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import F, Q

from subscribers.clock import Clock
from subscribers.mailing.backoff import after_attempts
from subscribers.models import StaffCall
from subscribers.staff import webhook

LEASE = timedelta(seconds=30)
# Older than this nobody needs to hear it in a chat: it is in the mailbox and on the desk.
GIVE_UP_AFTER = timedelta(hours=4)
# After one that was not taken the others wait so long: most often the receiver is away.
PAUSE = timedelta(seconds=30)
# No wait of a call is as long as this.
FURTHEST = timedelta(minutes=30)
MOST_SECONDS = 8.0

State = StaffCall.State
log = structlog.get_logger(__name__)


def make_due() -> int:
    """Make what is due, for at most 8 s or until one is not taken; how many were taken.

    Safe many at a time. Goes on while sending is locked: it is for staff, who have to hear of that.
    """
    clock = Clock()
    _give_up(now=clock.now())
    if not settings.STAFF_WEBHOOK_URL:
        return 0
    _recover(now=clock.now())
    taken = 0
    while clock.elapsed() < MOST_SECONDS:
        call = _claim(now=clock.now())
        if call is None or not _make(call, clock):
            break
        taken += 1
    return taken


def _give_up(*, now: datetime) -> None:
    """Let go of what nobody took for hours, once, with a line in the log for each."""
    old = StaffCall.objects.filter(state=State.PENDING, created_at__lt=now - GIVE_UP_AFTER)
    for call in old:
        if old.filter(pk=call.pk).update(state=State.FAILED, finished_at=now):
            log.error(
                "staff_call_given_up", call=str(call.pk), attempts=call.attempts, why=call.answer
            )


def _recover(*, now: datetime) -> None:
    """Make lost claims due again, and what was written while a clock was far ahead."""
    claimed = StaffCall.objects.filter(state=State.CLAIMED)
    lost = Q(lease_until__lt=now) | Q(lease_until__gt=now + LEASE + FURTHEST)
    claimed.filter(lost).update(state=State.PENDING, lease_until=None, not_before=now)
    StaffCall.objects.filter(state=State.PENDING, not_before__gt=now + FURTHEST).update(
        not_before=now
    )


def _claim(*, now: datetime) -> StaffCall | None:
    """The next one, in our hands; None when none is due, or somebody makes one at this moment."""
    due = StaffCall.objects.filter(state=State.PENDING, not_before__lte=now)
    # One that is never taken goes after those that may be.
    first = due.order_by("attempts", "created_at").values_list("pk", flat=True).first()
    if first is None:
        return None
    token = uuid4()
    try:
        with transaction.atomic():
            claimed = due.filter(pk=first).update(
                state=State.CLAIMED,
                token=token,
                lease_until=now + LEASE,
                attempts=F("attempts") + 1,
            )
    except IntegrityError:
        return None
    return StaffCall.objects.get(pk=first) if claimed else None


def _make(call: StaffCall, clock: Clock) -> bool:
    """Post it and write down how that ended; whether it was taken."""
    try:
        webhook.post(call_id=str(call.pk), body=call.body, now=clock.now())
    except webhook.NotTaken as error:
        _wait(call, str(error), clock.now())
        return False
    mine = StaffCall.objects.filter(pk=call.pk, token=call.token)
    mine.update(
        state=State.TAKEN,
        answer="",
        lease_until=None,
        not_before=clock.now(),
        finished_at=clock.now(),
    )
    return True


@transaction.atomic
def _wait(call: StaffCall, why: str, now: datetime) -> None:
    log.warning("staff_call_not_taken", call=str(call.pk), attempts=call.attempts, why=why)
    mine = StaffCall.objects.filter(pk=call.pk, token=call.token, state=State.CLAIMED)
    mine.update(
        state=State.PENDING,
        answer=why[:200],
        lease_until=None,
        not_before=now + after_attempts(call.attempts),
    )
    StaffCall.objects.filter(state=State.PENDING, not_before__lt=now + PAUSE).update(
        not_before=now + PAUSE
    )
