"""Pausing a digest that a person must look at, and telling the desk."""

from datetime import datetime

from django.db import transaction

from newsletter.digests import lifecycle
from newsletter.models import Digest
from newsletter.release import alerts


@transaction.atomic
def pause(*, digest_id: int, reason: str, now: datetime) -> bool:
    """Pause and tell staff, once: False when it was not on its way (somebody paused it already)."""
    reason = reason[:300]
    if not lifecycle.pause(digest_id=digest_id, by=None, now=now, reason=reason):
        return False
    digest = Digest.objects.select_related("newsletter").get(pk=digest_id)
    alerts.tell_staff(digest=digest, message=reason, now=now)
    return True
