"""The invariants of delivery, recomputed from rows: what every test of this folder ends in."""

from collections import Counter

from newsletter.models import Batch, Delivery, DeliveryException, Digest
from subscribers.models import OutboxMail


def states(digest: Digest) -> Counter[str]:
    """How many readers of the frozen audience are in which state; each is in exactly one (I2)."""
    exceptions = {
        one.subscriber_id: one.state for one in DeliveryException.objects.filter(digest=digest)
    }
    batches = list(
        Batch.objects.filter(digest=digest, low__isnull=False).exclude(state=Batch.State.SPLIT)
    )
    counts: Counter[str] = Counter()
    for subscriber_id, lane in Delivery.objects.filter(digest=digest).values_list(
        "subscriber_id", "lane"
    ):
        holders = [
            one for one in batches if one.lane == lane and one.low < subscriber_id <= one.high
        ]
        assert len(holders) == 1, f"{subscriber_id} is held by {len(holders)} batches"
        counts[exceptions.get(subscriber_id, holders[0].state)] += 1
    return counts


def check(digest: Digest) -> Counter[str]:
    """Assert what holds at every moment; returns the states."""
    digest.refresh_from_db()
    counts = states(digest)
    assert counts.total() == digest.audience_size
    mailed = Counter(
        OutboxMail.objects.filter(source=f"digest:{digest.pk}").values_list(
            "subscriber_id", flat=True
        )
    )
    assert all(times == 1 for times in mailed.values()), "I1: somebody was mailed twice"
    if digest.state == Digest.State.SENT:
        assert not counts.keys() & {"pending", "claimed", "submitting", "retry"}, "I8"
    return counts
