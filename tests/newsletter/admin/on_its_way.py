"""A mail on its way at the desk: 1,203 readers in batches of 1,000 and 203."""

from datetime import timedelta

from django.utils import timezone

from newsletter.delivery import preparation
from newsletter.digests import lifecycle
from newsletter.models import Batch, Digest
from newsletter.release import approval

State = Batch.State


def send(digest: Digest, *, first: str = State.ACCEPTED, rest: str = State.PENDING) -> Digest:
    """Released and prepared; its batches in these states since an hour."""
    now = timezone.now() - timedelta(hours=1)
    approval.schedule(digest_id=digest.pk, release_at=now, by=None, now=now)
    lifecycle.release(digest_id=digest.pk, now=now)
    preparation.prepare(digest_id=digest.pk, now=now)
    for batch, state in zip(Batch.objects.order_by("low"), (first, rest), strict=True):
        put(batch, state, at=now)
    digest.refresh_from_db()
    return digest


def put(batch: Batch, state: str, *, at=None) -> None:
    """A batch into a state, as a worker leaves it."""
    at = at or timezone.now()
    is_held = state in {State.CLAIMED, State.SUBMITTING}
    Batch.objects.filter(pk=batch.pk).update(
        state=state,
        token="0" * 32 if is_held else None,
        lease_until=at if is_held else None,
        finished_at=None if is_held or state == State.PENDING else at,
    )


def pause(digest: Digest) -> Digest:
    lifecycle.pause(digest_id=digest.pk, by=None, now=timezone.now(), reason="Somebody paused it.")
    digest.refresh_from_db()
    return digest


def finish(digest: Digest) -> Digest:
    assert lifecycle.finish(digest_id=digest.pk, now=timezone.now())
    digest.refresh_from_db()
    return digest
