"""Drains: identical workers that claim, submit and record until nothing is due.

A drain belongs to no digest. It holds one of a few slot rows, so however many wake-ups there are,
at most that many run; the slot's lease brings it back from a worker that died.
"""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from django.conf import settings
from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet
from structlog.contextvars import bind_contextvars, unbind_contextvars

from newsletter import wake
from newsletter.delivery import claims, outcomes, stopping, submission
from newsletter.delivery.claims import Claim
from newsletter.delivery.rounds import Round
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest, Slot
from subscribers import witness
from subscribers.clock import Clock
from subscribers.database import LOST, persist
from subscribers.mailing.allowance import Closed

SLOT_LEASE = timedelta(seconds=120)
MOST_SECONDS = 8.0
# A provider that asks for less than this is waited for in the loop.
SHORT_WAIT = timedelta(seconds=5)

log = structlog.get_logger(__name__)


def drain() -> None:
    """Work for at most 8 s, then wake another drain if there is more. No free slot: do nothing."""
    clock = Clock()
    with _slot(clock) as held:
        # Before anything is claimed: whether this database may send at all.
        fence = witness.begin(now=clock.now()) if held else None
        if fence is None:
            return
        ours, more = Round(fence=fence), True
        while more and clock.elapsed() < MOST_SECONDS and not stopping.is_asked():
            more = _step(clock, ours) or ours.ask_again(clock=clock)
    # After the slot is free: who wakes up at once would find it taken and end.
    if more:
        wake.send(wake.DRAIN)
    finish_digests(now=clock.now())


def run_inline(*, digest_id: int) -> None:
    """Send what is due in this process until the digest has no batch that can go now.

    For the demo, which says itself when it ended; works beside real workers, because claims do.
    """
    clock = Clock()
    fence = witness.begin(now=clock.now())
    if fence is None:
        return
    ours = Round(fence=fence)
    pending = Batch.objects.filter(digest_id=digest_id, state=Batch.State.PENDING)
    while _has_due(pending, clock) and _step(clock, ours):
        pass


def _has_due(pending: QuerySet[Batch], clock: Clock) -> bool:
    return pending.filter(claims.due(now=clock.now(), earlier=clock.earlier())).exists()


def finish_digests(*, now: datetime) -> None:
    """Move digests that have nothing open any more to `sent`."""
    # Many wait for their next wave most of the day.
    still_open = Batch.objects.filter(digest=OuterRef("pk"), state__in=lifecycle.OPEN_BATCHES)
    done = Digest.objects.filter(
        ~Exists(still_open), state=Digest.State.SENDING, prepared_at__isnull=False
    )
    for digest_id in list(done.values_list("pk", flat=True)):
        lifecycle.finish(digest_id=digest_id, now=now)


def _step(clock: Clock, ours: Round) -> bool:
    """One batch, or a short wait for a provider; False when there is none that may go now."""
    try:
        claim = ours.claim(now=clock.now(), earlier=clock.earlier())
    except Closed as closed:
        return _wait_for(closed.until, clock)
    if claim is None:
        return False
    # Not undone by an error: what is said of it then, by whomever, is about this batch.
    bind_contextvars(digest=claim.batch.digest_id, batch=claim.batch.pk)
    _carry(claim, clock)
    unbind_contextvars("digest", "batch")
    return True


def _carry(claim: Claim, clock: Clock) -> None:
    if not claim.recipients:
        outcomes.nobody_left(claim=claim, now=clock.now())
        return
    result = submission.submit(claim=claim, clock=clock)
    if result is None:
        return
    answer, progress = result
    # Only this process knows the answer. Recording it twice changes nothing.
    persist(
        lambda: outcomes.record(claim=claim, answer=answer, progress=progress, now=clock.now()),
        until=progress.is_over,
    )


def _wait_for(moment: datetime, clock: Clock) -> bool:
    """Wait out a short pause of the provider's; False when it is a longer one.

    What is known then is read anew: meanwhile another worker may have been told to wait longer.
    """
    wait = moment - clock.now()
    if wait > SHORT_WAIT:
        return False
    time.sleep(max(wait.total_seconds(), 0))
    return True


@contextmanager
def _slot(clock: Clock) -> Iterator[bool]:
    """Hold a free slot while the block runs; yields whether there was one."""
    token = uuid4()
    held = _take_slot(token, clock.now())
    try:
        yield held
    finally:
        if held:
            _free_slot(token)


def _free_slot(token: UUID) -> None:
    try:
        Slot.objects.filter(token=token).update(token=None, lease_until=None)
    except LOST:
        # Its lease ends by itself; what went wrong before must not be hidden by this.
        log.warning("slot_not_freed", exc_info=True)
        # It may lead to a server that only reads by now.
        connection.close()


def _take_slot(token: UUID, now: datetime) -> bool:
    places = settings.DRAINS
    # Some are left where there were more.
    ours = Slot.objects.filter(number__lt=places)
    if ours.count() < places:
        Slot.objects.bulk_create(
            (Slot(number=number) for number in range(places)), ignore_conflicts=True
        )
    free = ours.filter(Q(lease_until__isnull=True) | Q(lease_until__lt=now))
    # Start looking at a place of our own, so that drains do not all try the first one.
    numbers = sorted(
        free.values_list("number", flat=True), key=lambda n: (n + os.getpid()) % places
    )
    return any(
        free.filter(number=number).update(token=token, lease_until=now + SLOT_LEASE)
        for number in numbers
    )
