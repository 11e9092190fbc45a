"""What we hold about a reader, and taking it away."""

from datetime import datetime
from typing import Any

from django.db import transaction

from subscribers import address_changes, consents, identity, subscriptions
from subscribers.models import Consent, FreshLink, Subscriber, Subscription
from subscribers.subscriptions import Proof


def export(*, subscriber_id: int, now: datetime) -> dict[str, Any]:
    """What these tables hold about one reader, as JSON takes it. Raises Subscriber.DoesNotExist."""
    reader = Subscriber.objects.get(pk=subscriber_id)
    subscribed = Subscription.objects.filter(subscriber=reader).select_related("newsletter")
    acts = Consent.objects.filter(subscriber_id=reader.pk).select_related("newsletter")
    return {
        "made_at": now.isoformat(),
        "address": reader.address,
        "name": reader.name,
        "language": reader.language,
        "time_zone": reader.time_zone,
        "since": reader.created_at.isoformat(),
        "newsletters": [
            {"newsletter": one.newsletter.name, "state": one.state, "reason": one.reason}
            for one in subscribed
        ],
        "consents": [
            {
                "at": act.at.isoformat(),
                "what": act.get_act_display(),
                "newsletter": act.newsletter.name if act.newsletter else "",
                "how": act.method,
                "detail": act.detail,
                "network": act.network,
            }
            for act in acts
        ],
    }


@transaction.atomic
def erase(*, subscriber_id: int, proof: Proof, now: datetime) -> bool:
    """End everything and empty the reader's row; whether there was something to erase."""
    subscriptions.leave_all(subscriber_id=subscriber_id, proof=proof, now=now, reason="erased")
    emptied = Subscriber.objects.filter(pk=subscriber_id, erased_at=None).update(
        **identity.NOTHING, name="", language="", time_zone="", erased_at=now
    )
    if not emptied:
        return False
    address_changes.forget(subscriber_id=subscriber_id)
    FreshLink.objects.filter(subscriber_id=subscriber_id).delete()
    consents.record(subscriber_id=subscriber_id, act=Consent.Act.ERASED, proof=proof, now=now)
    return True
