"""Whom a digest reached: who has it, or may have it."""

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.db.models.lookups import In

from newsletter.delivery import spans
from newsletter.models import Batch, Delivery, DeliveryException
from subscribers.models import Subscription

_REACHED = [Batch.State.ACCEPTED.value, Batch.State.UNKNOWN.value]
# More ranges than this are rather looked up reader by reader.
MOST_SPANS = 200


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


def count(*, digest_id: int, among: QuerySet[Subscription]) -> int:
    """How many of `among` meet `by`: a statement for each range of readers that were reached.

    A million readers take a second this way, and ten looked up one by one.
    """
    reached = spans.of(Batch.objects.filter(digest_id=digest_id, state__in=_REACHED))
    if len(reached) > MOST_SPANS:
        return among.filter(by(digest_id=digest_id)).count()
    own = DeliveryException.objects.filter(
        digest_id=digest_id, subscriber_id=OuterRef("subscriber_id")
    )
    number = among.filter(Exists(own.filter(state__in=_REACHED))).count()
    for span in reached:
        in_span = Q(subscriber_id__gt=span.low, subscriber_id__lte=span.high)
        # On both tables: PostgreSQL does not conclude one range from the other.
        delivery = Delivery.objects.filter(
            in_span, digest_id=digest_id, subscriber_id=OuterRef("subscriber_id"), lane=span.lane
        )
        number += among.filter(in_span, Exists(delivery), ~Exists(own)).count()
    return number
