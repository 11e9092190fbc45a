"""The welcome mail of a newsletter: queued with the act by which somebody first joins it."""

from datetime import datetime

from subscribers import notice_queue
from subscribers.models import Consent, Notice, Subscription

# What proves that somebody joined before, and so was welcomed then.
_JOINED = [Consent.Act.CONFIRMED, Consent.Act.ADDED]


def queue_once(*, subscription: Subscription, now: datetime) -> bool:
    """Queue the welcome of a subscription that just became active; whether there is one.

    Called in the transaction of that act, after its UPDATE (which holds the row) and before its
    consent is written: so of several acts at once only one finds nothing in the ledger.
    """
    if not subscription.newsletter.welcome.strip() or _joined_before(subscription):
        return False
    notice_queue.add(
        kind=Notice.Kind.WELCOME,
        subscriber=subscription.subscriber,
        context={"newsletter_ids": [subscription.newsletter_id]},
        now=now,
    )
    return True


def _joined_before(subscription: Subscription) -> bool:
    return Consent.objects.filter(
        subscriber_id=subscription.subscriber_id,
        newsletter_id=subscription.newsletter_id,
        act__in=_JOINED,
    ).exists()
