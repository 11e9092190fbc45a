"""Who got it: the database's answer for each reader against what the sink took."""

from dataclasses import dataclass

from benchmarks.sinks.tally import Tally
from newsletter.models import Batch, Delivery, DeliveryException, Digest
from subscribers import audience

SETTLED = {"failed", "left", "cancelled"}


@dataclass(frozen=True, slots=True)
class Check:
    """Readers of one digest; nobody may be lost, doubled or strange."""

    audience: int
    taken: int
    unknown: int
    # Unknown, but the sink has it; the others of `unknown` never got it.
    unknown_but_taken: int
    # Of the frozen audience, said to be accepted or still waiting, and never taken.
    lost: int
    doubled: int
    # Taken for somebody who is not in the audience.
    strange: int
    # Deliverable when it was released and not in the frozen audience.
    forgotten: int

    @property
    def is_whole(self) -> bool:
        """Whether nobody is lost, doubled, strange or forgotten; unknowns are told apart."""
        return not (self.lost or self.doubled or self.strange or self.forgotten)


def check(*, digest: Digest, tally: Tally, others: range = range(0)) -> Check:
    """Compare reader by reader. `tally` may hold this digest and mail to `others` only."""
    frozen = set(
        Delivery.objects.filter(digest_id=digest.pk).values_list("subscriber_id", flat=True)
    )
    states = dict(
        DeliveryException.objects.filter(digest_id=digest.pk).values_list("subscriber_id", "state")
    )
    taken = tally.taken().difference(others)
    unknown = {one for one, state in states.items() if state == "unknown"}
    unknown |= _in_unknown_batches(digest, frozen) - states.keys()
    settled = {one for one, state in states.items() if state in SETTLED}
    deliverable = audience.deliverable(newsletter_id=digest.newsletter_id)
    now_deliverable = set(deliverable.values_list("subscriber_id", flat=True))
    return Check(
        audience=len(frozen),
        taken=len(taken),
        unknown=len(unknown),
        unknown_but_taken=len(unknown & taken),
        lost=len(frozen - taken - unknown - settled),
        doubled=len(tally.doubled()),
        strange=len(taken - frozen),
        forgotten=len(now_deliverable - frozen),
    )


def _in_unknown_batches(digest: Digest, frozen: set[int]) -> set[int]:
    ranges = Batch.objects.filter(
        digest_id=digest.pk, state=Batch.State.UNKNOWN, low__isnull=False
    ).values_list("low", "high")
    return {one for low, high in ranges for one in range(low + 1, high + 1) if one in frozen}
