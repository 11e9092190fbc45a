"""Sign-ups that wait for a confirmation: where they were asked for, and which are too old."""

from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from subscribers.models import Consent, Notice, Subscription


def asked_at(subscription: Subscription) -> str | None:
    """The page of the sign-up that waits for confirmation."""
    asked = Consent.objects.filter(
        subscriber_id=subscription.subscriber_id,
        newsletter_id=subscription.newsletter_id,
        act=Consent.Act.REQUESTED,
    )
    return asked.order_by("-pk").values_list("page", flat=True).first()


def unconfirmed(*, asked_before: datetime) -> QuerySet[Subscription]:
    """What waits for a confirmation that was last asked, or mailed, for before an instant."""
    asked = Consent.objects.filter(
        subscriber_id=OuterRef("subscriber_id"),
        newsletter_id=OuterRef("newsletter_id"),
        at__gte=asked_before,
    )
    mailed = Notice.objects.filter(
        subscriber_id=OuterRef("subscriber_id"), created_at__gte=asked_before
    )
    waiting = Subscription.objects.filter(
        state=Subscription.State.PENDING, created_at__lt=asked_before
    )
    return waiting.filter(~Exists(asked), ~Exists(mailed))
