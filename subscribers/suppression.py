"""Addresses and domains that must not be mailed. An address is known by a keyed hash only.

Whatever is set or lifted stands in the ledger with its reason.
"""

import hmac
from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from subscribers import ledger
from subscribers.ledger import Proof
from subscribers.models import Consent, Subscriber, SuppressedDomain, Suppression

Reason = Suppression.Reason

# One that weighs more takes the place of one that weighs less, never the other way round.
_WEIGHT = {
    Reason.ERASED: 0,
    Reason.MOVED: 0,
    Reason.HARD_BOUNCE: 1,
    Reason.COMPLAINT: 2,
    Reason.MANUAL: 3,
}
_NO_PROOF = Proof(method="service")


class ReasonMissing(Exception):
    """Staff must say why."""


def address_hash(key: str) -> str:
    """32 hex digits for a normalised address, keyed with HASH_KEY (which never rotates)."""
    return hmac.digest(settings.HASH_KEY.encode(), key.encode(), "sha256")[:16].hex()


def is_suppressed(*, hashed: str, domain: str, but: Iterable[str] = ()) -> bool:
    """Whether an address must not be mailed now, for another reason than those in `but`."""
    its = Suppression.objects.filter(address_hash=hashed).exclude(reason__in=list(but))
    return its.exists() or SuppressedDomain.objects.filter(domain=domain).exists()


def is_forbidden(*, hashed: str, domain: str) -> bool:
    """Whether staff keep an address from being mailed: what no button in a mail lifts."""
    proved = {*Reason} - {Reason.MANUAL}
    return is_suppressed(hashed=hashed, domain=domain, but=proved)


@transaction.atomic
def suppress(
    *,
    address_hashes: Iterable[str],
    reason: str,
    detail: str,
    now: datetime,
    proof: Proof = _NO_PROOF,
) -> int:
    """Keep these from being mailed; for how many that is news. The weightiest reason stays.

    `reason` is a `Suppression.Reason`; `detail` is what the mail server or staff said, addresses
    taken out.
    """
    hashes = sorted(set(address_hashes) - {""})
    news = [one for one in hashes if _add(one, reason, detail, now)]
    told = f"{Reason(reason).label}: {detail}".removesuffix(": ")
    _record(Consent.Act.BLOCKED, news, proof=proof, now=now, detail=told)
    return len(news)


def lift_proved(*, hashed: str, before: datetime, proof: Proof, now: datetime) -> None:
    """Forget a bounce or complaint from before a mail whose button was pressed.

    What staff set stays until staff take it away.
    """
    old = Suppression.objects.filter(address_hash=hashed, created_at__lt=before)
    _lift(old.exclude(reason=Reason.MANUAL), proof=proof, now=now, why="")


@transaction.atomic
def lift(*, hashed: str, why: str, proof: Proof, now: datetime) -> bool:
    """Let an address be mailed again because staff say so; whether it was suppressed.

    Raises ReasonMissing without `why`: a complaint above all must not be forgotten in silence.
    """
    if not why.strip():
        raise ReasonMissing
    its = Suppression.objects.filter(address_hash=hashed)
    return _lift(its, proof=proof, now=now, why=why.strip())


@transaction.atomic
def suppress_domain(*, domain: str, why: str, proof: Proof, now: datetime) -> bool:
    """Mail no address of `domain` (ASCII, lower case); whether that is new."""
    if not why.strip():
        raise ReasonMissing
    _, created = SuppressedDomain.objects.get_or_create(
        domain=domain, defaults={"detail": why.strip()[:300], "created_at": now}
    )
    if created:
        _record_domain(Consent.Act.BLOCKED, domain, why, proof=proof, now=now)
    return created


@transaction.atomic
def lift_domain(*, domain: str, why: str, proof: Proof, now: datetime) -> bool:
    """Let a domain be mailed again; whether it was suppressed. Raises ReasonMissing."""
    if not why.strip():
        raise ReasonMissing
    lifted, _ = SuppressedDomain.objects.filter(domain=domain).delete()
    if lifted:
        _record_domain(Consent.Act.LIFTED, domain, why, proof=proof, now=now)
    return bool(lifted)


def _add(hashed: str, reason: str, detail: str, now: datetime) -> bool:
    row, created = Suppression.objects.get_or_create(
        address_hash=hashed,
        defaults={"reason": reason, "detail": detail[:300], "created_at": now},
    )
    if created or _WEIGHT[Reason(reason)] <= _WEIGHT[Reason(row.reason)]:
        return created
    lighter = [one for one, weight in _WEIGHT.items() if weight < _WEIGHT[Reason(reason)]]
    told = f"{detail} (before: {row.get_reason_display()})".strip()[:300]
    return bool(
        Suppression.objects.filter(pk=row.pk, reason__in=lighter).update(
            reason=reason, detail=told, created_at=now
        )
    )


def _lift(rows: QuerySet[Suppression], *, proof: Proof, now: datetime, why: str) -> bool:
    lifted = False
    for row in rows.select_for_update():
        if rows.filter(pk=row.pk).delete()[0]:
            told = f"{row.get_reason_display()}; {why}".removesuffix("; ")
            _record(Consent.Act.LIFTED, [row.address_hash], proof=proof, now=now, detail=told)
            lifted = True
    return lifted


def _record(
    act: Consent.Act, hashes: list[str], *, proof: Proof, now: datetime, detail: str
) -> None:
    """One row for each reader; for an address that no reader has, one of nobody with its hash."""
    readers = dict(
        Subscriber.objects.filter(address_hash__in=hashes).values_list("address_hash", "pk")
    )
    ledger.record(
        act=act, proof=proof, now=now, subscriber_ids=sorted(readers.values()), detail=detail
    )
    for hashed in hashes:
        if hashed not in readers:
            told = f"{hashed}: {detail}"
            ledger.record(act=act, proof=proof, now=now, subscriber_ids=[None], detail=told)


def _record_domain(act: Consent.Act, domain: str, why: str, *, proof: Proof, now: datetime) -> None:
    told = f"{domain}: {why.strip()}"
    ledger.record(act=act, proof=proof, now=now, subscriber_ids=[None], detail=told)
