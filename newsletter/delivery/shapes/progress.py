"""How far a relay has come with a batch, committed before and after each window."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection, transaction

from newsletter.delivery import refusals, stopping
from newsletter.delivery.claims import LEASE, Claim
from newsletter.models import Batch
from subscribers.clock import Clock
from subscribers.database import LOST, column_value
from subscribers.mailing.answers import Answer

# By hand: it runs many times in a batch, and making it from objects costs more than running it.
_ADVANCE = """
UPDATE newsletter_batch
SET submitted_to = %s, acked_to = %s, payload_hash = %s, lease_until = %s
WHERE id = %s AND token = %s AND state = 'submitting' AND EXISTS (
    SELECT 1 FROM newsletter_digest WHERE id = %s AND state = 'sending'
)
"""


# Of an answer that is our own: paused, cancelled, this worker asked to stop.
STOPPED = "It was stopped before the first reader."


@dataclass(slots=True)
class Progress:
    """Subscriber ids: answers are in up to `acked_to`, bytes may have left up to `submitted_to`."""

    claim: Claim
    clock: Clock
    acked_to: int | None = None
    submitted_to: int | None = None
    # Until then the batch is ours whatever happens; renewed with each window.
    lease_until: datetime = field(init=False)

    def __post_init__(self) -> None:
        self.lease_until = self.clock.now() + LEASE

    def is_over(self) -> bool:
        """Whether the lease has ended."""
        return self.clock.now() > self.lease_until

    def open_window(self, *, submitted_to: int, refused: Answer, payload_hash: str = "") -> bool:
        """Commit that readers up to `submitted_to` are next, and renew the lease.

        `payload_hash`: of what they are to get, where the provider knows idempotency keys.

        With it goes who of those before was `refused`: what is acknowledged would count as accepted
        if this process died. False when they must not be next: the digest was paused or cancelled,
        the claim was lost, this worker is to stop, or the database does not say.
        """
        if stopping.is_asked():
            return False
        try:
            return self._open(submitted_to, refused, payload_hash)
        except LOST:
            # Perhaps it was written; but nothing of this window has left.
            connection.close_if_unusable_or_obsolete()
            return False

    def _open(self, submitted_to: int, refused: Answer, payload_hash: str) -> bool:
        if not (refused.failed or refused.retry):
            return self._advance(submitted_to, payload_hash)
        with transaction.atomic():
            advanced = self._advance(submitted_to, payload_hash)
            if advanced:
                refusals.record(claim=self.claim, answer=refused, now=self.clock.now())
        return advanced

    def _advance(self, submitted_to: int, payload_hash: str) -> bool:
        batch, lease_until = self.claim.batch, self.clock.now() + LEASE
        parameters = [
            submitted_to,
            self.acked_to,
            payload_hash,
            column_value(Batch, "lease_until", lease_until),
            batch.pk,
            column_value(Batch, "token", self.claim.token),
            batch.digest_id,
        ]
        with connection.cursor() as cursor:
            cursor.execute(_ADVANCE, parameters)
            ours = bool(cursor.rowcount)
        if ours:
            self.submitted_to, self.lease_until = submitted_to, lease_until
        return ours
