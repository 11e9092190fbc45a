"""Whom a digest reached: who has it, or may have it."""

from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from newsletter.models import Batch, Delivery, DeliveryException

_REACHED = [Batch.State.ACCEPTED.value, Batch.State.UNKNOWN.value]


def by(*, digest_id: int) -> Q:
    """A condition on rows with a `subscriber_id`: accepted or unknown in that digest.

    Each reader is looked up by key, and his range in one step of the index: as joins PostgreSQL
    would compare every reader with every batch.
    """
    own = DeliveryException.objects.filter(
        digest_id=digest_id, subscriber_id=OuterRef("subscriber_id")
    )
    holding = Batch.objects.filter(
        digest_id=digest_id,
        lane=OuterRef("lane"),
        low__isnull=False,
        low__lt=OuterRef("subscriber_id"),
        high__gte=OuterRef("subscriber_id"),
    ).exclude(state=Batch.State.SPLIT)
    nearest = holding.order_by("-low").values("state")[:1]
    delivery = Delivery.objects.filter(digest_id=digest_id, subscriber_id=OuterRef("subscriber_id"))
    held = delivery.annotate(held=Subquery(nearest)).values("held")[:1]
    return Q(In(Coalesce(Subquery(own.values("state")[:1]), Subquery(held)), _REACHED))
