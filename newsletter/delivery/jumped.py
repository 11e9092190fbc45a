"""What a clock leaves behind that went forward and came back: times too far off to be meant.

A lease is never longer than its length, a wait never longer than the longest that we grant. What
lies beyond was written while the database's clock was ahead, and would hold mail up for as long as
it was ahead. It is cut to the longest that could be meant: whoever still holds such a lease keeps
it, and whoever died lets go of it a lease later.
"""

from datetime import datetime, timedelta

import structlog
from django.db.models import Q, QuerySet

from newsletter.delivery.claims import LEASE
from newsletter.delivery.drain import SLOT_LEASE
from newsletter.delivery.refusals import DEADLINE
from newsletter.models import Batch, Digest, Lane, Slot
from subscribers.mailing import jumped
from subscribers.mailing.errors import LONGEST_WAIT

# A worker goes on with the time that it began with, which may be a little ahead.
SLACK = timedelta(minutes=5)
_LONGEST_WAIT = timedelta(seconds=LONGEST_WAIT) + SLACK

State = Batch.State
log = structlog.get_logger(__name__)


def bound(*, now: datetime) -> None:
    """Cut leases and waits that lie too far ahead of `now`. Idempotent; a few small statements."""
    held = Batch.objects.filter(state__in=[State.CLAIMED, State.SUBMITTING])
    waiting = Batch.objects.filter(state=State.PENDING)
    # Readers who were refused for now wait longer than a whole batch ever does.
    too_long = Q(low__isnull=False, not_before__gt=now + _LONGEST_WAIT) | Q(
        not_before__gt=now + DEADLINE + SLACK
    )
    cut = {
        "batches": held.filter(lease_until__gt=now + LEASE + SLACK).update(lease_until=now + LEASE),
        "slots": Slot.objects.filter(lease_until__gt=now + SLOT_LEASE + SLACK).update(
            lease_until=now + SLOT_LEASE
        ),
        "waits": waiting.filter(too_long).update(not_before=now),
        "lanes": _of_one_time().filter(release_at__gt=now + SLACK).update(release_at=now),
        # Digests take turns by this: one from the future would come last until then.
        "turns": Digest.objects.filter(
            state=Digest.State.SENDING, served_at__gt=now + SLACK
        ).update(served_at=None),
        "providers": jumped.bound(now=now),
    }
    if any(cut.values()):
        log.warning("clock_went_back", **cut)


def _of_one_time() -> QuerySet[Lane]:
    """Of digests that go to all at once: never meant for later than when they were prepared."""
    on_their_way = [Digest.State.PREPARING, Digest.State.SENDING, Digest.State.PAUSED]
    at_once = Digest.objects.filter(state__in=on_their_way)
    at_once = at_once.filter(
        Q(wave_time__isnull=True) | Q(is_urgent=True) | Q(corrects__isnull=False)
    )
    return Lane.objects.filter(digest__in=at_once)
