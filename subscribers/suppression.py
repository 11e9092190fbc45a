"""Addresses that must not be mailed, known by a keyed hash only."""

import hmac
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings

from subscribers.models import Suppression


def address_hash(key: str) -> str:
    """32 hex digits for a normalised address, keyed with HASH_KEY (which never rotates)."""
    return hmac.digest(settings.HASH_KEY.encode(), key.encode(), "sha256")[:16].hex()


def suppress(*, address_hashes: Iterable[str], reason: str, detail: str, now: datetime) -> None:
    """Keep these addresses from being mailed. Idempotent: the first reason stays.

    `reason` is a `Suppression.Reason`; `detail` is what the mail server said, addresses taken out.
    """
    rows = [
        Suppression(address_hash=one, reason=reason, detail=detail[:300], created_at=now)
        for one in sorted(set(address_hashes) - {""})
    ]
    Suppression.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)


def lift(*, address_hash: str, before: datetime) -> None:
    """Forget a bounce or complaint from before a mail whose button was pressed.

    What staff set stays until staff take it away.
    """
    Suppression.objects.filter(address_hash=address_hash, created_at__lt=before).exclude(
        reason=Suppression.Reason.MANUAL
    ).delete()
