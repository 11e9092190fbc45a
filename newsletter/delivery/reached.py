"""Whom a digest reached: who has it, or may have it."""

from django.db.models import Exists, OuterRef, Q

from newsletter.models import Batch, Delivery, DeliveryException

_BATCHES = (Batch.State.ACCEPTED, Batch.State.UNKNOWN)
_READERS = (DeliveryException.State.ACCEPTED, DeliveryException.State.UNKNOWN)


def by(*, digest_id: int) -> Q:
    """A condition on rows with a `subscriber_id`: accepted or unknown in that digest."""
    own = DeliveryException.objects.filter(
        digest_id=digest_id, subscriber_id=OuterRef("subscriber_id")
    )
    holding = Batch.objects.filter(
        digest_id=digest_id,
        lane=OuterRef("lane"),
        low__lt=OuterRef("subscriber_id"),
        high__gte=OuterRef("subscriber_id"),
        state__in=_BATCHES,
    )
    delivery = Delivery.objects.filter(
        Exists(holding), digest_id=digest_id, subscriber_id=OuterRef("subscriber_id")
    )
    return Q(Exists(own.filter(state__in=_READERS))) | (~Q(Exists(own)) & Q(Exists(delivery)))
