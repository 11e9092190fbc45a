"""Approval: freezing a digest's words, and saying when they go out.

`approve` is the only way from a draft to frozen words; everything that sends goes through it.
"""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from django.db import transaction

from config.models import StaffUser
from newsletter import wake
from newsletter.digests import assembly, lifecycle
from newsletter.digests.waves import Waves
from newsletter.digests.waves import fields as waves_as_fields
from newsletter.models import Digest, Revision
from newsletter.release import alerts, consent, readiness
from newsletter.release.consent import (
    NOTHING,
    ChangedMeanwhile,
    Said,
    SecondPersonNeeded,
    WaitsForSecond,
)
from newsletter.release.readiness import Problem
from newsletter.rendering import message
from newsletter.rendering.mjml import MjmlError
from newsletter.rendering.placeholders import RenderError

State = Digest.State
CHANGED = "Changed since it was approved"
CHANGED_TELL = (
    "It changed since it was approved: a story in it was corrected, or its newsletter or layout "
    "changed. So nobody approved what stands there now. Look at it, and approve it again."
)


class NotReady(Exception):
    """Something keeps the digest from going out; `problems` are the blocking ones."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = problems


class WrongState(Exception):
    """The digest is not where this step starts from: somebody else was faster."""

    def __init__(self, digest: Digest) -> None:
        super().__init__(f"This mail is {digest.get_state_display()} by now; nothing was changed.")


class NotApproved(Exception):
    """Sending it would approve it, which is for others."""

    def __init__(self) -> None:
        super().__init__("Nobody has approved it yet. Ask an editor to; then you can send it.")


class Decision(StrEnum):
    """What a person can make of a held digest."""

    SEND = "send"
    DRAFT = "draft"
    CANCEL = "cancel"


def is_approved(digest: Digest) -> bool:
    """Whether its words are frozen, so that it may go out as it is."""
    return digest.revision_id is not None and digest.state in {State.APPROVED, State.SCHEDULED}


def approve(
    *,
    digest_id: int,
    by: StaffUser | None,
    now: datetime,
    said: Said = NOTHING,
) -> Revision:
    """Freeze a draft's (or held digest's) words as they are now; `by` None is the schedule.

    Approving what is approved already gives its revision. Raises NotReady, NotLookedAt,
    ChangedMeanwhile, WrongState, and WaitsForSecond once the first of two approvals is noted.
    """
    with transaction.atomic():
        revision = _approve(digest_id, by, now, said)
    if revision is None:
        # After the commit: the approval of the first one stands.
        raise WaitsForSecond
    return revision


def _approve(
    digest_id: int,
    by: StaffUser | None,
    now: datetime,
    said: Said,
) -> Revision | None:
    # The lock keeps an editor out until the frozen words are the approved ones.
    digest = Digest.objects.select_for_update().get(pk=digest_id)
    if digest.revision is not None and is_approved(digest):
        _check_same(digest, said.seen, now)
        return digest.revision
    if digest.state not in {State.DRAFT, State.HELD}:
        raise WrongState(digest)
    enough, passed = agree(digest=digest, by=by, now=now, said=said)
    if not enough:
        return None
    revision = message.freeze(digest=digest, approved_by=by, now=now)
    reason = "" if by else "Approved by the schedule"
    if not lifecycle.approve(digest_id=digest_id, revision=revision, by=by, now=now, reason=reason):
        raise WrongState(_fresh(digest_id))
    if by is None and passed:
        alerts.tell_staff(digest=_fresh(digest_id), message=_passed_in_words(passed), now=now)
    return revision


def agree(
    *,
    digest: Digest,
    by: StaffUser | None,
    now: datetime,
    said: Said,
) -> tuple[bool, list[Problem]]:
    """Check a locked digest and note that `by` approves its words.

    Whether enough people do now, and the warnings that were let pass. Raises NotReady,
    ChangedMeanwhile, NotLookedAt.
    """
    found = readiness.look(digest=digest, now=now)
    if found.blocking:
        raise NotReady(found.blocking)
    if said.seen and said.seen != found.digest_hash:
        raise ChangedMeanwhile
    passed = consent.overrule(
        digest=digest,
        digest_hash=found.digest_hash,
        warnings=found.warnings,
        looked_at=said.looked_at,
        by=by,
        now=now,
    )
    enough = consent.agree(digest=digest, digest_hash=found.digest_hash, by=by, now=now)
    return enough, passed


def _check_same(digest: Digest, seen: str, now: datetime) -> None:
    """Nobody sends what was approved once and would look otherwise today, or what he never saw."""
    standing = is_as_approved(digest=digest, now=now)
    if not standing or (seen and digest.revision and seen != digest.revision.digest_hash):
        raise ChangedMeanwhile


def is_as_approved(*, digest: Digest, now: datetime) -> bool:
    """Whether the digest, drawn anew, is what was approved."""
    if digest.revision is None:
        return False
    try:
        drawn = message.preview(digest=digest, now=now)
    except (MjmlError, RenderError):
        return False
    return drawn.digest_hash == digest.revision.digest_hash


@transaction.atomic
def take_back_if_changed(*, digest_id: int, now: datetime) -> bool:
    """Make an approval void whose words are not those of by now; tells staff. Whether it was.

    That is a story corrected, a sender renamed, a layout changed: nobody approved what stands here
    since. As a draft it goes the way of its newsletter's drafts (docs/decisions/0014).
    """
    frozen = Digest.objects.select_for_update().filter(
        pk=digest_id, state__in=[State.APPROVED, State.SCHEDULED]
    )
    digest = frozen.first()
    if digest is None or is_as_approved(digest=digest, now=now):
        return False
    take_back_changed(digest_id=digest_id, now=now)
    return True


def take_back_changed(*, digest_id: int, now: datetime) -> None:
    """Make the approval of a locked digest void, whose words changed; tells staff."""
    lifecycle.back_to_draft(digest_id=digest_id, by=None, now=now, reason=CHANGED)
    alerts.tell_staff(digest=_fresh(digest_id), message=CHANGED_TELL, now=now)


def was_approved_by_somebody(*, digest: Digest) -> bool:
    """Whether a person ever approved words of it."""
    return digest.revisions.filter(approved_by__isnull=False).exists()


@transaction.atomic
def schedule(
    *,
    digest_id: int,
    release_at: datetime,
    by: StaffUser | None,
    now: datetime,
    said: Said = NOTHING,
    waves: Waves | None = None,
) -> None:
    """Approve if needed, and let it go out at `release_at` (aware); also moves a scheduled one.

    With `waves` from then on by each reader's clock. Who confirms what the rule gave it chose
    nothing: it goes on following the rule. Raises as `approve`, but SecondPersonNeeded
    where that notes the first of two approvals, and NotApproved for somebody without the right to
    approve.
    """
    if said.approved_only and not is_approved(Digest.objects.select_for_update().get(pk=digest_id)):
        raise NotApproved
    try:
        approve(digest_id=digest_id, by=by, now=now, said=said)
    except WaitsForSecond:
        raise SecondPersonNeeded from None
    ruled = Digest.objects.filter(pk=digest_id, follows_rule=True, release_at=release_at)
    if not lifecycle.schedule(
        digest_id=digest_id,
        release_at=release_at,
        waves=waves,
        follows_rule=ruled.filter(**waves_as_fields(waves)).exists(),
        by=by,
        now=now,
    ):
        raise WrongState(_fresh(digest_id))


@transaction.atomic
def send_now(
    *,
    digest_id: int,
    by: StaffUser | None,
    now: datetime,
    said: Said = NOTHING,
) -> None:
    """Schedule it for this moment, for everybody at once, and wake the planner.

    Raises as `schedule`.
    """
    schedule(digest_id=digest_id, release_at=now, by=by, now=now, said=said)
    # Also where a command does it in nobody's name.
    Digest.objects.filter(pk=digest_id).update(follows_rule=False, **waves_as_fields(None))
    wake.send(wake.PLAN)


@transaction.atomic
def take_back(*, digest_id: int, by: StaffUser, now: datetime) -> None:
    """Approved, scheduled or held -> a draft without a time, so that it waits for a person.

    A draft with a time may go out by itself; one whose time has passed would be held again.
    """
    reason = "Taken back to work on"
    if not lifecycle.back_to_draft(digest_id=digest_id, by=by, now=now, reason=reason):
        raise WrongState(_fresh(digest_id))
    Digest.objects.filter(pk=digest_id).update(release_at=None)


@transaction.atomic
def release_held(
    *,
    digest_id: int,
    decision: Decision,
    by: StaffUser,
    now: datetime,
    said: Said = NOTHING,
) -> None:
    """Act on a held digest: send it now, make it a draft without a time, or call it off."""
    digest = Digest.objects.select_for_update().get(pk=digest_id)
    if digest.state != State.HELD:
        raise WrongState(digest)
    if decision is Decision.SEND:
        send_now(digest_id=digest_id, by=by, now=now, said=said)
    elif decision is Decision.DRAFT:
        take_back(digest_id=digest_id, by=by, now=now)
    else:
        lifecycle.cancel(digest_id=digest_id, by=by, now=now, reason="Called off after it was held")


@transaction.atomic
def make_anyway(*, digest_id: int, by: StaffUser, now: datetime) -> None:
    """Skipped -> draft, filled with the newest unused stories of whatever age."""
    if not lifecycle.back_to_draft(digest_id=digest_id, by=by, now=now, reason="Made anyway"):
        raise WrongState(_fresh(digest_id))
    digest = _fresh(digest_id)
    if digest.release_at is not None and digest.release_at <= now:
        Digest.objects.filter(pk=digest_id).update(release_at=None)
    assembly.fill_anyway(digest=digest, now=now)


def _fresh(digest_id: int) -> Digest:
    return Digest.objects.get(pk=digest_id)


def _passed_in_words(passed: Iterable[Problem]) -> str:
    listed = " ".join(problem.message for problem in passed)
    return f"Nobody approved it, so it goes out by itself. Worth a look: {listed}"
