"""Whether an address or a domain is mailed: changed at the desk, with the reason.

By the same acts, rights and words on a reader's page and on the page of who is not mailed.
"""

from datetime import datetime
from typing import Any

from django.http import HttpRequest

from subscribers import suppression
from subscribers.ledger import BY_DESK
from subscribers.mailing.errors import ADDRESS
from subscribers.models import Subscriber, Suppression

BLOCK, LIFT = "block", "lift"
NEEDS = {BLOCK: "subscribers.add_suppression", LIFT: "subscribers.delete_suppression"}
SAID = {BLOCK: "Not mailed any more", LIFT: "Mailed again"}
SAY_WHY = "Say why. It stays on record."
NO_NEWS = "It was so already. Nothing was changed."
LONGEST = 200


def offered(*, request: HttpRequest, reader: Subscriber) -> dict[str, Any] | None:
    """What this person may do now: the act and its button; None for nothing."""
    if reader.erased_at:
        return None
    blocked = Suppression.objects.filter(address_hash=reader.address_hash).exists()
    act, label = (LIFT, "Mail again") if blocked else (BLOCK, "Do not mail any more")
    if not request.user.has_perm(NEEDS[act]):
        return None
    return {"act": act, "label": label, "stops": act == BLOCK}


def change_address(*, hashed: str, act: str, why: str, now: datetime) -> bool:
    """Block or lift one; whether that changed anything. Raises ReasonMissing without `why`."""
    if act == LIFT:
        return suppression.lift(hashed=hashed, why=why, proof=BY_DESK, now=now)
    if not why:
        raise suppression.ReasonMissing
    news = suppression.suppress(
        address_hashes=[hashed],
        reason=Suppression.Reason.MANUAL,
        detail=why,
        proof=BY_DESK,
        now=now,
    )
    return bool(news)


def change_domain(*, domain: str, act: str, why: str, now: datetime) -> bool:
    """The same for everybody at a domain."""
    change = suppression.lift_domain if act == LIFT else suppression.suppress_domain
    return change(domain=domain, why=why, proof=BY_DESK, now=now)


def reason(typed: str) -> str:
    """What was typed, fit for every record: one line, no address, and not too long."""
    words = " ".join(typed.replace("\0", " ").split())
    return ADDRESS.sub("[address]", words)[:LONGEST]
