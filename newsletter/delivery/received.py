"""Which mails one reader was meant to get, newest first, and what became of each."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Q

from newsletter.models import Batch, Delivery, DeliveryException, Digest


@dataclass(frozen=True, slots=True)
class Received:
    """`state` as in the counts of a digest; `reason` and `detail` are of the reader alone."""

    digest: Digest
    state: str
    reason: str = ""
    detail: str = ""


def recent(
    *, subscriber_id: int, newsletter_ids: Collection[int], at_most: int = 50
) -> list[Received]:
    """Of the last `at_most` mails of these newsletters, those that were for him; four statements.

    Asked by digest: deliveries have no index by reader, and a million of them a day need none.
    """
    gone_out = Digest.objects.filter(newsletter_id__in=newsletter_ids, sending_at__isnull=False)
    digests = list(gone_out.select_related("newsletter").order_by("-sending_at")[:at_most])
    ids = [digest.pk for digest in digests]
    mine = Delivery.objects.filter(digest_id__in=ids, subscriber_id=subscriber_id)
    lanes = dict(mine.values_list("digest_id", "lane"))
    differing = DeliveryException.objects.filter(digest_id__in=ids, subscriber_id=subscriber_id)
    own = {one.digest_id: one for one in differing}
    held = _states(subscriber_id, lanes)
    return [
        _received(digest, held.get(digest.pk, ""), own.get(digest.pk))
        for digest in digests
        if digest.pk in lanes
    ]


def _states(subscriber_id: int, lanes: dict[int, int]) -> dict[int, str]:
    """Digest -> state of the batch that holds the reader."""
    holding = Batch.objects.filter(
        ~Q(state=Batch.State.SPLIT),
        digest_id__in=lanes,
        low__lt=subscriber_id,
        high__gte=subscriber_id,
    )
    rows = holding.values_list("digest_id", "lane", "state")
    return {digest_id: state for digest_id, lane, state in rows if lanes[digest_id] == lane}


def _received(digest: Digest, held: str, own: DeliveryException | None) -> Received:
    if own is None:
        return Received(digest, held)
    return Received(digest, own.state, own.reason, own.detail)
