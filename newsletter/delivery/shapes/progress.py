"""How far a relay has come with a batch, committed before and after each window."""

from dataclasses import dataclass

from django.db.models import Exists, OuterRef

from newsletter.delivery import stopping
from newsletter.delivery.claims import LEASE, Claim
from newsletter.models import Batch, Digest
from subscribers.clock import Clock

_SENDING = Digest.objects.filter(pk=OuterRef("digest_id"), state=Digest.State.SENDING)


@dataclass(slots=True)
class Progress:
    """Subscriber ids: answers are in up to `acked_to`, bytes may have left up to `submitted_to`."""

    claim: Claim
    clock: Clock
    acked_to: int | None = None
    submitted_to: int | None = None

    def open_window(self, *, submitted_to: int) -> bool:
        """Commit that readers up to `submitted_to` are next, and renew the lease.

        False when they must not be: the digest was paused or cancelled, the claim was lost, or
        this worker is to stop.
        """
        if stopping.is_asked():
            return False
        mine = Batch.objects.filter(
            Exists(_SENDING),
            pk=self.claim.batch.pk,
            token=self.claim.token,
            state=Batch.State.SUBMITTING,
        )
        ours = mine.update(
            submitted_to=submitted_to,
            acked_to=self.acked_to,
            lease_until=self.clock.now() + LEASE,
        )
        if ours:
            self.submitted_to = submitted_to
        return bool(ours)
