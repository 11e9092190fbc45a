"""Whether one reader is mailed: changed from his page at the desk, with the reason."""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from subscribers import suppression
from subscribers.ledger import Proof
from subscribers.mailing.errors import ADDRESS
from subscribers.models import Subscriber, Suppression

BLOCK, LIFT = "block", "lift"
NEEDS = {BLOCK: "subscribers.add_suppression", LIFT: "subscribers.delete_suppression"}
SAID = {BLOCK: "Not mailed any more", LIFT: "Mailed again"}
LONGEST = 200
_PROOF = Proof(method="desk")


def offered(*, request: HttpRequest, reader: Subscriber) -> dict[str, Any] | None:
    """What this person may do now: the act and its button; None for nothing."""
    if reader.erased_at:
        return None
    blocked = Suppression.objects.filter(address_hash=reader.address_hash).exists()
    act, label = (LIFT, "Mail again") if blocked else (BLOCK, "Do not mail any more")
    if not request.user.has_perm(NEEDS[act]):
        return None
    return {"act": act, "label": label, "stops": act == BLOCK}


def change(*, reader: Subscriber, act: str, why: str, now: datetime) -> bool:
    """Block or lift; whether that changed anything. Raises ReasonMissing without `why`."""
    if not why:
        raise suppression.ReasonMissing
    if reader.erased_at:
        return False
    if act == LIFT:
        return suppression.lift(hashed=reader.address_hash, why=why, proof=_PROOF, now=now)
    news = suppression.suppress(
        address_hashes=[reader.address_hash],
        reason=Suppression.Reason.MANUAL,
        detail=why,
        proof=_PROOF,
        now=now,
    )
    return bool(news)


def reason(request: HttpRequest) -> str:
    """What was typed, fit for every record: one line, no address, and not too long."""
    words = " ".join(request.POST.get("why", "").replace("\0", " ").split())
    return ADDRESS.sub("[address]", words)[:LONGEST]
