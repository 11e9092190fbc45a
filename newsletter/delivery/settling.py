"""Settling what is unknown: something came back that shows that the provider took the mail."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from newsletter.models import Batch


@dataclass(frozen=True, slots=True)
class Evidence:
    """That a reader has the mail of a digest: an event, or a personal link."""

    digest_id: int
    subscriber_id: int
    token: UUID | None = None


def by_evidence(*, evidence: Collection[Evidence], now: datetime) -> int:
    """Make batches accepted that were unknown; how many. Idempotent."""
    unknown = Batch.objects.filter(state=Batch.State.UNKNOWN)
    return sum(
        unknown.filter(
            digest_id=one.digest_id, low__lt=one.subscriber_id, high__gte=one.subscriber_id
        ).update(state=Batch.State.ACCEPTED, finished_at=now)
        for one in evidence
    )
