"""Who may be mailed now: the one place that says what "deliverable" means."""

from django.db.models import Exists, OuterRef, QuerySet

from subscribers.models import Subscription, Suppression


def deliverable(*, newsletter_id: int) -> QuerySet[Subscription]:
    """The subscriptions of a newsletter that get mail now: active, not erased, not suppressed.

    Unordered and without joined columns, so that it also serves in INSERT ... SELECT and inside
    other queries; callers narrow it by ranges of `subscriber_id`.
    """
    suppressed = Suppression.objects.filter(address_hash=OuterRef("subscriber__address_hash"))
    return Subscription.objects.filter(
        ~Exists(suppressed),
        newsletter_id=newsletter_id,
        state=Subscription.State.ACTIVE.value,
        subscriber__erased_at__isnull=True,
    ).order_by()
