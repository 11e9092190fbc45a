"""Addresses that must not be mailed, known by a keyed hash only."""

import hmac
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import CharField, Value

from subscribers.models import SuppressedDomain, Suppression


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


def lift(*, address_hash: str, before: datetime) -> str:
    """Forget a bounce or complaint from before a mail whose button was pressed.

    Why it was there ("hard_bounce since 2026-11-24"), "" when nothing was forgotten. What staff set
    stays until staff take it away.
    """
    mine = Suppression.objects.filter(address_hash=address_hash, created_at__lt=before)
    mine = mine.exclude(reason=Suppression.Reason.MANUAL)
    found = mine.first()
    if found is None or not mine.filter(pk=found.pk).delete()[0]:
        return ""
    return f"{found.reason} since {found.created_at:%Y-%m-%d}"


def reason_of(*, address_hash: str, domain: str) -> str:
    """Why an address is not mailed, "" when it is: a `Suppression.Reason`; a domain counts as
    set by staff. One statement."""
    mine = Suppression.objects.filter(address_hash=address_hash).values_list("reason")
    domains = SuppressedDomain.objects.filter(domain=domain)
    manual = Value(Suppression.Reason.MANUAL.value, output_field=CharField())
    found = {reason for (reason,) in mine.union(domains.values_list(manual), all=True)}
    if Suppression.Reason.MANUAL in found:
        return Suppression.Reason.MANUAL
    return next(iter(found), "")
