"""Correcting a digest that is on its way: new words for those who do not have it yet.

It is paused; its words may be rewritten; what stands then needs an approval of its own and becomes
the revision that later claims carry. Those who have the old one can get a short correction.
"""

from datetime import datetime

from django.db import transaction

from config.models import StaffUser
from newsletter.digests import assembly, lifecycle
from newsletter.models import Batch, Digest, Lane, Revision
from newsletter.release import approval
from newsletter.release.approval import WrongState
from newsletter.release.consent import NOTHING, ChangedMeanwhile, Said, WaitsForSecond
from newsletter.rendering import message
from subscribers.models import StaffAct


class StillOnItsWay(Exception):
    """Some of it is with a provider at this moment; those readers have the old words."""

    def __init__(self, mails: int) -> None:
        self.mails = mails
        super().__init__(
            f"{mails:,} are still being handed over with the old words. Try again in a moment."
        )


class NothingChanged(Exception):
    """What stands here is what is being sent already."""

    def __init__(self) -> None:
        super().__init__("Nothing was changed, so there is nothing to approve. Go on sending it.")


def on_their_way(*, digest_id: int) -> int:
    """How many mails of a digest are being handed over now."""
    submitting = Batch.objects.filter(digest_id=digest_id, state=Batch.State.SUBMITTING)
    return sum(submitting.values_list("size", flat=True))


def approve(
    *,
    digest_id: int,
    note: str,
    version: int,
    by: StaffUser,
    now: datetime,
    said: Said = NOTHING,
) -> Revision:
    """Freeze the words of a paused digest anew; all later claims carry them. It stays paused.

    `note` says in a sentence what changed; it stands above the web page. `version` is that of the
    words that were looked at; `said` as in `approval.approve`. Raises WrongState,
    ChangedMeanwhile, StillOnItsWay, NotReady, NotLookedAt, NothingChanged, and WaitsForSecond once
    the first of two approvals is noted. What is unknown keeps the words it was sent with.
    """
    with transaction.atomic():
        digest = Digest.objects.select_for_update(no_key=True).get(pk=digest_id)
        if digest.version != version:
            raise ChangedMeanwhile
        _check_state(digest)
        if not is_changed(digest=digest, now=now):
            raise NothingChanged
        # Readiness, the warnings and who approves: as for every mail.
        enough, _ = approval.agree(digest=digest, by=by, now=now, said=said)
        revision = _freeze(digest, note, by, now) if enough else None
    if revision is None:
        raise WaitsForSecond
    return revision


def _check_state(digest: Digest) -> None:
    if digest.state != Digest.State.PAUSED or digest.revision is None:
        raise WrongState(digest)
    if mails := on_their_way(digest_id=digest.pk):
        raise StillOnItsWay(mails)


def _freeze(digest: Digest, note: str, by: StaffUser, now: datetime) -> Revision:
    revision = message.freeze(digest=digest, approved_by=by, now=now)
    Lane.objects.filter(digest=digest).update(revision=revision)
    lifecycle.remark(
        digest_id=digest.pk,
        reason=f"Corrected: {note}"[:300],
        by=by,
        now=now,
        act=StaffAct.Act.APPROVED,
        revision=revision,
        approved_by=by,
        approved_at=now,
        correction_note=note[:300],
        corrected_at=now,
    )
    return revision


def is_changed(*, digest: Digest, now: datetime) -> bool:
    """Whether its words as they stand differ from those it is sent with."""
    standing = message.preview(digest=digest, now=now)
    return digest.revision is None or standing.digest_hash != digest.revision.digest_hash


@transaction.atomic
def correct_reached(*, digest_id: int, by: StaffUser, now: datetime) -> Digest:
    """A draft of a short correction for those whom a digest reached; one for each digest.

    Its readers are those accepted or unknown there who still get the newsletter. Its words are for
    an editor to write. Raises WrongState while it has reached nobody.
    """
    digest = Digest.objects.select_for_update(no_key=True).get(pk=digest_id)
    open_one = digest.corrections.exclude(state=Digest.State.CANCELLED).first()
    if open_one is not None:
        return open_one
    if digest.sending_at is None:
        raise WrongState(digest)
    newsletter = digest.newsletter
    return assembly.make_correction(
        corrected=digest,
        occurrence=assembly.next_occurrence(
            newsletter=newsletter, day=now.astimezone(newsletter.zone).date()
        ),
        now=now,
    )
