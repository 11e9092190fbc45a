"""How every edit begins, so that nobody overwrites somebody else's work.

Every edit names the `version` it was made from. An edit of an approved or scheduled digest takes
it back to draft: what was approved is not what would go out. A paused one goes on with the words
that were approved until its correction is approved too (`delivery.correcting`).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Coalesce

from config.models import StaffUser
from newsletter import wake
from newsletter.digests import lifecycle
from newsletter.models import Agreement, Digest

FROZEN = {Digest.State.APPROVED, Digest.State.SCHEDULED}


class EditConflict(Exception):
    """Somebody else changed the digest since `version`."""

    def __init__(self) -> None:
        super().__init__(
            "Somebody else changed this mail while you had it open. Reload to see their version, "
            "then make your change again."
        )


class NotEditable(Exception):
    """The digest is going out, or has gone, or was called off."""

    def __init__(self, digest: Digest) -> None:
        super().__init__(f"This mail is {digest.get_state_display()}; it cannot be changed.")


class IsApproved(Exception):
    """An edit that nobody asked for would have voided an approval, be it the first of two."""

    def __init__(self, digest: Digest) -> None:
        super().__init__(
            f"This mail is {digest.get_state_display()}. Save to change it; "
            "it must be approved anew."
            if digest.state in FROZEN
            else "One person approved it. Save to change it; then both have to approve anew."
        )


@transaction.atomic
def begin(
    *,
    digest_id: int,
    version: int,
    by: StaffUser | None,
    now: datetime,
    by_itself: bool = False,
) -> int:
    """Start an edit made from `version`; returns the new version.

    Call it first in the transaction that writes the change: the conditional UPDATE keeps a second
    editor, and an approval, out until that transaction ends. Raises EditConflict, NotEditable, and
    IsApproved for an edit `by_itself`, which must not void what somebody approved.
    """
    states = Digest.REWRITABLE - FROZEN if by_itself else Digest.REWRITABLE
    changed = Digest.objects.filter(pk=digest_id, version=version, state__in=states).update(
        version=F("version") + 1, touched_at=Coalesce("touched_at", now), edited_by=by
    )
    digest = Digest.objects.get(pk=digest_id)
    if not changed:
        if by_itself and digest.state in FROZEN:
            raise IsApproved(digest)
        raise EditConflict if digest.is_rewritable else NotEditable(digest)
    agreements = Agreement.objects.filter(digest_id=digest_id)
    # Looked for behind the UPDATE, whose lock keeps an approval out; the refusal undoes it.
    if by_itself and agreements.exists():
        raise IsApproved(digest)
    agreements.delete()
    wake.send(wake.CHECK_MAIL, digest_id=digest_id)
    if digest.state in FROZEN:
        lifecycle.back_to_draft(digest_id=digest_id, by=by, now=now, reason="Edited")
    return digest.version
