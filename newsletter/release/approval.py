"""Approval: freezing a digest's words, and saying when they go out.

`approve` is the only way from a draft to frozen words; everything that sends goes through it.
"""

from datetime import datetime
from enum import StrEnum

from django.db import transaction

from config.models import StaffUser
from newsletter import wake
from newsletter.digests import assembly, lifecycle
from newsletter.models import Digest, Revision
from newsletter.release import readiness
from newsletter.release.readiness import Problem
from newsletter.rendering import message

State = Digest.State


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


@transaction.atomic
def approve(*, digest_id: int, by: StaffUser | None, now: datetime) -> Revision:
    """Freeze a draft's (or held digest's) words as they are now; `by` None is the schedule.

    Approving what is approved already gives its revision. Raises NotReady, WrongState.
    """
    # The lock keeps an editor out until the frozen words are the approved ones.
    digest = Digest.objects.select_for_update().get(pk=digest_id)
    if digest.revision is not None and is_approved(digest):
        return digest.revision
    if digest.state not in {State.DRAFT, State.HELD}:
        raise WrongState(digest)
    if found := readiness.blocking(digest=digest):
        raise NotReady(found)
    revision = message.freeze(digest=digest, approved_by=by, now=now)
    if not lifecycle.approve(digest_id=digest_id, revision=revision, by=by, now=now):
        raise WrongState(_fresh(digest_id))
    return revision


@transaction.atomic
def schedule(
    *,
    digest_id: int,
    release_at: datetime,
    by: StaffUser | None,
    now: datetime,
    approved_only: bool = False,
) -> None:
    """Approve if needed, and let it go out at `release_at` (aware); also moves a scheduled one.

    `approved_only`, for somebody without the right to approve: raises NotApproved instead.
    """
    if approved_only and not is_approved(Digest.objects.select_for_update().get(pk=digest_id)):
        raise NotApproved
    approve(digest_id=digest_id, by=by, now=now)
    if not lifecycle.schedule(digest_id=digest_id, release_at=release_at, by=by, now=now):
        raise WrongState(_fresh(digest_id))


@transaction.atomic
def send_now(
    *, digest_id: int, by: StaffUser | None, now: datetime, approved_only: bool = False
) -> None:
    """Schedule it for this moment and wake the planner. Raises NotReady, WrongState."""
    schedule(digest_id=digest_id, release_at=now, by=by, now=now, approved_only=approved_only)
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
    approved_only: bool = False,
) -> None:
    """Act on a held digest: send it now, make it a draft without a time, or call it off."""
    digest = Digest.objects.select_for_update().get(pk=digest_id)
    if digest.state != State.HELD:
        raise WrongState(digest)
    if decision is Decision.SEND:
        send_now(digest_id=digest_id, by=by, now=now, approved_only=approved_only)
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
