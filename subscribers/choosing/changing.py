"""One thing that a reader chose about a newsletter he gets: changed, and kept with its proof."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from subscribers import ledger
from subscribers.ledger import Proof
from subscribers.models import Consent, Newsletter, Subscription


@transaction.atomic
def change(
    *,
    subscriber_id: int,
    newsletter: Newsletter,
    differs: Q,
    act: Consent.Act,
    proof: Proof,
    now: datetime,
    detail: str = "",
    **values: object,
) -> bool:
    """Set `values` of a subscription that is active and `differs`; whether that changed anything.

    Of two at once only one changes it, so there is one consent per change.
    """
    active = Subscription.objects.filter(
        differs,
        subscriber_id=subscriber_id,
        newsletter=newsletter,
        state=Subscription.State.ACTIVE,
    )
    if not active.update(**values):
        return False
    ledger.record(
        subscriber_ids=[subscriber_id],
        newsletter_id=newsletter.pk,
        act=act,
        proof=proof,
        now=now,
        detail=detail,
    )
    return True
