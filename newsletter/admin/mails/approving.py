"""What somebody at the desk says when he approves: what he saw, and what he looked at."""

from dataclasses import dataclass

from django.http import HttpRequest
from django.utils import timezone

from newsletter.admin.mails.access import person
from newsletter.admin.mails.steps import may_approve
from newsletter.models import Agreement, Digest
from newsletter.release import consent, readiness
from newsletter.release.consent import Said
from newsletter.release.readiness import Findings, Problem

State = Digest.State


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands between a mail and its approval by this person."""

    # The hash of exactly these words; travels with the form.
    seen: str
    blocking: tuple[Problem, ...] = ()
    # Each needs a tick.
    warnings: tuple[Problem, ...] = ()
    # Somebody looked at these already, with the same words.
    passed: tuple[Problem, ...] = ()
    remarks: tuple[str, ...] = ()
    may_overrule: bool = True

    @property
    def is_open(self) -> bool:
        """Whether this person can go on from here."""
        return not self.blocking and (self.may_overrule or not self.warnings)


def said(request: HttpRequest) -> Said:
    """What a form said, for `approval.approve`: ticks count of those only who may overrule."""
    return Said(
        seen=request.POST.get("seen", ""),
        looked_at=request.POST.getlist("looked_at") if may_overrule(request) else [],
        approved_only=not may_approve(person(request)),
    )


def may_overrule(request: HttpRequest) -> bool:
    """Whether this person may let a mail go in spite of warnings."""
    return request.user.has_perm("newsletter.overrule_digest")


def asked(request: HttpRequest, digest: Digest) -> Asked:
    """For a page that asks before it approves; what is approved has no more questions."""
    if digest.state in {State.APPROVED, State.SCHEDULED} and digest.revision is not None:
        return Asked(seen=digest.revision.digest_hash)
    found = readiness.look(digest=digest, now=timezone.now())
    left = consent.unlooked(digest=digest, digest_hash=found.digest_hash, warnings=found.warnings)
    return Asked(
        seen=found.digest_hash,
        blocking=tuple(found.blocking),
        warnings=tuple(left),
        passed=tuple(problem for problem in found.warnings if problem not in left),
        remarks=found.remarks,
        may_overrule=may_overrule(request),
    )


@dataclass(frozen=True, slots=True)
class Approvals:
    """Who approved a mail so far, and how it goes without any more."""

    agreed: list[Agreement]
    needs_two: bool
    goes_by_itself: bool

    @property
    def waits_for_second(self) -> bool:
        """Whether one of two people approved these words."""
        return self.needs_two and len(self.agreed) == 1


def approvals(*, digest: Digest, found: Findings, goes_by_itself: bool) -> Approvals:
    """Of the words as they stand."""
    return Approvals(
        agreed=consent.agreed(digest=digest, digest_hash=found.digest_hash),
        needs_two=consent.needed(digest) > 1,
        goes_by_itself=goes_by_itself and digest.state == State.DRAFT and bool(digest.release_at),
    )
