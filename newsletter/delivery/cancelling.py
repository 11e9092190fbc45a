"""Calling a digest off while it is on its way: whoever still waits for it is cancelled."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from config.models import StaffUser
from newsletter.delivery import exceptions
from newsletter.digests import lifecycle
from newsletter.models import Batch, DeliveryException, Digest

_CANCELLED = Digest.objects.filter(pk=OuterRef("digest_id"), state=Digest.State.CANCELLED)


def cancel(*, digest_id: int, by: StaffUser | None, now: datetime, reason: str = "") -> bool:
    """Anything not finished -> cancelled, with its batches that wait; False when it was elsewhere.

    What is with the provider at this moment finishes; its outcome is recorded.
    """
    # Two transactions: one that held the digest while it waits for batches could wait for ever on
    # a worker that holds a batch and waits for the digest. The sweep finishes what a crash leaves.
    cancelled = lifecycle.cancel(digest_id=digest_id, by=by, now=now, reason=reason)
    if cancelled:
        settle(now=now)
    return cancelled


def settle(*, now: datetime) -> None:
    """Cancel what waits in cancelled digests, also what came back since. Idempotent."""
    _waiting().filter(low__isnull=False).update(state=Batch.State.CANCELLED, finished_at=now)
    for follow_up in _waiting().filter(low__isnull=True):
        _cancel_follow_up(follow_up, now)


def _waiting() -> QuerySet[Batch]:
    return Batch.objects.filter(Exists(_CANCELLED), state=Batch.State.PENDING)


@transaction.atomic
def _cancel_follow_up(batch: Batch, now: datetime) -> None:
    """A follow-up takes the readers with it that wait for it."""
    cancelled = _waiting().filter(pk=batch.pk)
    if cancelled.update(state=Batch.State.CANCELLED, finished_at=now):
        new = DeliveryException.State.CANCELLED
        exceptions.settle_followed(batch=batch, new=new, now=now)
