"""Counts by state: what staff are shown of a mail, always counted from the rows themselves."""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Subquery, Sum

from newsletter.models import Batch, Delivery, DeliveryException

_OPEN = ("pending", "claimed", "submitting", "retry")


@dataclass(frozen=True, slots=True)
class Counts:
    """Readers of one digest by state; the states add up to `audience` (invariant I2)."""

    audience: int = 0
    accepted: int = 0
    failed: int = 0
    unknown: int = 0
    left: int = 0
    cancelled: int = 0
    # Everybody for whom something is still to come; of them those with a provider at this moment,
    # and those refused for now.
    waiting: int = 0
    handing_over: int = 0
    retrying: int = 0

    @property
    def queued(self) -> int:
        """Readers whose turn is still to come."""
        return self.waiting - self.handing_over - self.retrying

    @property
    def settled(self) -> int:
        """Readers for whom nothing more will be tried."""
        return self.audience - self.waiting


def counts(*, digest_ids: Collection[int]) -> dict[int, Counts]:
    """Counts for each digest that has recipients; two queries however many there are.

    A reader's state is his exception's, else that of the batch whose range holds his id.
    """
    states: defaultdict[int, Counter[str]] = defaultdict(Counter)
    ranged = Batch.objects.filter(digest_id__in=digest_ids, low__isnull=False)
    ranged = ranged.exclude(state=Batch.State.SPLIT)
    for digest_id, state, size in ranged.values_list("digest_id", "state").annotate(Sum("size")):
        states[digest_id][state] += size
    exceptions = DeliveryException.objects.filter(digest_id__in=digest_ids)
    lane = Delivery.objects.filter(
        digest_id=OuterRef("digest_id"), subscriber_id=OuterRef("subscriber_id")
    ).values("lane")
    # The range that begins last below the reader is found in one step of the index on (digest,
    # lane, low); without its order every batch would be looked at for every exception.
    holding = ranged.filter(
        digest_id=OuterRef("digest_id"),
        lane=OuterRef("lane"),
        low__lt=OuterRef("subscriber_id"),
        high__gte=OuterRef("subscriber_id"),
    )
    nearest = holding.order_by("-low").values("state")[:1]
    differing = exceptions.annotate(lane=Subquery(lane), of_batch=Subquery(nearest))
    rows = differing.values_list("digest_id", "of_batch", "state").annotate(Count("pk"))
    for digest_id, of_batch, state, number in rows.order_by():
        if of_batch:
            states[digest_id][of_batch] -= number
        states[digest_id][state] += number
    return {digest_id: of_states(found) for digest_id, found in states.items()}


def of_states(found: Counter[str]) -> Counts:
    """Readers by state, as staff are shown them."""
    return Counts(
        audience=found.total(),
        accepted=found["accepted"],
        failed=found["failed"],
        unknown=found["unknown"],
        left=found["left"],
        cancelled=found["cancelled"],
        waiting=sum(found[state] for state in _OPEN),
        handing_over=found["submitting"],
        retrying=found["retry"],
    )
