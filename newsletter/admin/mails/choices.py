"""What a person may still decide about readers who have nothing, or may have nothing."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.delivery import missed, unanswered
from newsletter.delivery.counts import Counts
from newsletter.models import Digest

State = Digest.State
# It has begun, and no piece of its audience is being made at this moment.
OPEN = frozenset({State.SENDING, State.PAUSED, State.SENT, State.CANCELLED})


@dataclass(frozen=True, slots=True)
class Choices:
    """Readers by what may be decided about them.

    `again` were unknown for 15 min; from `again_at` on more are; `alone` are left alone by
    decision; `missed` got nothing for causes that are not their own.
    """

    again: int = 0
    again_at: datetime | None = None
    alone: int = 0
    missed: int = 0


def of(*, digest: Digest, found: Counts, now: datetime) -> Choices:
    """No statement at all when everybody has it."""
    if digest.state not in OPEN:
        return Choices()
    again, again_at, alone, nothing = 0, None, 0, 0
    if found.unknown:
        again = len(unanswered.unknown(digest_id=digest.pk, now=now))
        again_at = unanswered.decidable_at(digest_id=digest.pk, now=now)
        alone = len(unanswered.left_alone(digest_id=digest.pk))
    if found.failed or found.cancelled:
        nothing = missed.count(digest_id=digest.pk, found=found)
    return Choices(again=again, again_at=again_at, alone=alone, missed=nothing)
