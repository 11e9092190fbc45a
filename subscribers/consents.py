"""Writing down acts that move no subscription: one append-only row each."""

from datetime import datetime

from subscribers.models import Consent
from subscribers.subscriptions import Proof


def record(
    *,
    subscriber_id: int,
    act: Consent.Act,
    proof: Proof,
    now: datetime,
    newsletter_id: int | None = None,
    detail: str = "",
) -> None:
    """Keep one act; without `newsletter_id` it is about the person. `detail` holds no address."""
    Consent.objects.create(
        subscriber_id=subscriber_id,
        newsletter_id=newsletter_id,
        act=act,
        at=now,
        method=proof.method,
        page=proof.page,
        wording=proof.wording,
        detail=detail,
        network=proof.network,
    )
