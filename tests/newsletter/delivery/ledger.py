"""What every test of delivery ends in: the audit, which also says who is in which state."""

from collections import Counter

from newsletter.delivery import audit
from newsletter.models import Digest
from subscribers.models import OutboxMail


def check(digest: Digest, *, by_hand: bool = False) -> Counter[str]:
    """Assert what holds at every moment; returns the states.

    `by_hand`: the test gave some of the answers itself, so no provider has all that was accepted.
    """
    digest.refresh_from_db()
    record = None
    if by_hand or not OutboxMail.objects.filter(source=f"digest:{digest.pk}").exists():
        # The test gave the answers itself, so there is no provider to compare with.
        record = audit.Record(times=Counter(), is_complete=False)
    found = audit.audit(digest_id=digest.pk, record=record)
    assert not found.violations, "\n".join(str(one) for one in found.violations)
    return found.states
