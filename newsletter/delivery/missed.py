"""Sending a mail to those who were missed: for causes not their own, or because it was cancelled.

Never to those unknown, who left, or who are suppressed; nor to those of whom it was unknown before
it was sent to them again, for they may have it.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from config.models import StaffUser
from newsletter.delivery import lanes, resending
from newsletter.delivery.counts import Counts, counts
from newsletter.digests import lifecycle
from newsletter.models import Batch, DeliveryException, Digest

# Failures that are the reader's own: trying again would end the same way.
READERS_OWN = frozenset({"bad_mailbox", "bad_address", "refused"})
# Why somebody who was missed waits again.
MISSED = "was_missed"

State = Batch.State
Readers = DeliveryException.State
# Of the exceptions of a digest: those of readers who were missed.
_IS_MISSED = Q(may_have_it=False) & (
    Q(state=Readers.CANCELLED) | Q(state=Readers.FAILED) & ~Q(reason__in=READERS_OWN)
)


def count(*, digest_id: int, found: Counts) -> int:
    """How many were missed, from the counts of the digest; one statement."""
    failed = DeliveryException.objects.filter(
        digest_id=digest_id, state__in=[Readers.FAILED, Readers.CANCELLED]
    )
    return found.cancelled + found.failed - failed.exclude(_IS_MISSED).count()


@transaction.atomic
def send(*, digest_id: int, by: StaffUser, now: datetime) -> int:
    """To those who were missed. Returns how many wait for it now. Raises `lifecycle.DateTaken`."""
    digest = Digest.objects.select_for_update(no_key=True).get(pk=digest_id)
    found = counts(digest_ids=[digest_id])
    number = count(digest_id=digest_id, found=found[digest_id]) if digest_id in found else 0
    if not number:
        return 0
    words = f"Sent to {number:,} who had been missed"
    lifecycle.reopen(digest_id=digest_id, by=by, now=now, reason=words)
    if digest.state == Digest.State.CANCELLED and digest.prepared_at is None:
        # Cut off while it was frozen: nobody came to be in some of its waves.
        lanes.drop_empty(digest_id=digest_id)
    named = DeliveryException.objects.filter(_IS_MISSED, digest_id=digest_id)
    ids = list(named.order_by("subscriber_id").values_list("subscriber_id", flat=True))
    resending.follow_up(digest_id=digest_id, ids=ids, reason=MISSED, now=now)
    _let_ranges_wait(digest_id)
    return number


def _let_ranges_wait(digest_id: int) -> None:
    """Whole batches wait as they did at first: one statement, however many readers they hold."""
    Batch.objects.filter(
        digest_id=digest_id, low__isnull=False, state__in=[State.FAILED, State.CANCELLED]
    ).update(
        state=State.PENDING,
        attempts=0,
        token=None,
        lease_until=None,
        not_before=None,
        revision=None,
        provider="",
        submitted_at=None,
        payload_hash="",
        bisection=Batch.Bisection.NONE,
        submitted_to=None,
        acked_to=None,
        answer="",
        finished_at=None,
    )
