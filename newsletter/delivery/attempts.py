"""The append-only record of tries that did not simply end well."""

from datetime import datetime

from newsletter.models import Attempt, Batch
from subscribers.mailing.answers import Answer


def log(*, batch: Batch, answer: Answer, now: datetime) -> None:
    """Keep what the batch was when its call ended like this."""
    assert batch.revision_id and batch.token  # noqa: S101, PT018  (set by the claim)
    Attempt.objects.create(
        batch=batch,
        token=batch.token,
        provider=batch.provider,
        revision_id=batch.revision_id,
        low=batch.low,
        high=batch.high,
        outcome=answer.kind.value,
        answer=answer.detail,
        at=now,
    )
