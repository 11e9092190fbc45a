"""Who agreed to exactly which words, and which warnings were let pass for them."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from config.models import StaffUser
from newsletter.digests.assembly import rule_of
from newsletter.models import Agreement, Digest, Overruling
from newsletter.release.readiness import Problem
from subscribers.models import StaffAct
from subscribers.staff import acts

RIGHT = "newsletter.approve_digest"
FIRST = "The first of two people."


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says who approves, or has approved by sending it.

    `seen` is the hash of the words that he looked at ("": not said), `looked_at` the marks of the
    warnings that he ticked (None: nobody was asked; all are overruled, and logged).
    `approved_only`: he has no right to approve, so only what is approved already may go.
    """

    seen: str = ""
    looked_at: Collection[str] | None = None
    approved_only: bool = False


NOTHING = Said()


class NotLookedAt(Exception):
    """There are warnings that nobody said to have looked at."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("Some things are worth a look first. Tick what you have looked at.")
        self.problems = problems


class ChangedMeanwhile(Exception):
    """What stands here is not what was looked at before it was approved."""

    def __init__(self) -> None:
        super().__init__("It changed meanwhile, so it is not approved. Look again first.")


class WaitsForSecond(Exception):
    """The approval of one person is noted; a second, different one is needed."""

    def __init__(self) -> None:
        super().__init__("Your approval is noted. It waits for a second person to approve it too.")


class SecondPersonNeeded(Exception):
    """It cannot go yet: two people approve, and only one has or is here."""

    def __init__(self) -> None:
        super().__init__(
            "Two different people approve the mails of this newsletter. Approve it first; it can "
            "go once somebody else has approved it too."
        )


def needed(digest: Digest) -> int:
    """How many different people have to approve it."""
    return rule_of(digest.newsletter).approvers


def agreed(*, digest: Digest, digest_hash: str) -> list[Agreement]:
    """Who approved exactly these words so far and still may, the first one first."""
    rows = digest.agreements.filter(digest_hash=digest_hash).select_related("person")
    # An account that is off has no right any more.
    return [row for row in rows if row.person and row.person.has_perm(RIGHT)]


def unlooked(*, digest: Digest, digest_hash: str, warnings: Iterable[Problem]) -> list[Problem]:
    """The warnings that nobody let pass for these words."""
    passed = set(
        Overruling.objects.filter(digest=digest, digest_hash=digest_hash).values_list(
            "mark", flat=True
        )
    )
    return [problem for problem in warnings if problem.mark not in passed]


def overrule(
    *,
    digest: Digest,
    digest_hash: str,
    warnings: Iterable[Problem],
    looked_at: Collection[str] | None,
    by: StaffUser | None,
    now: datetime,
) -> list[Problem]:
    """Note and log the warnings let pass now; `looked_at` holds the marks of those ticked.

    None: nobody could be asked (the service itself, a command), so all are. Returns those noted.
    Raises NotLookedAt for what is left; belongs into the transaction of the approval.
    """
    left = unlooked(digest=digest, digest_hash=digest_hash, warnings=warnings)
    if looked_at is not None and (
        unseen := [problem for problem in left if problem.mark not in looked_at]
    ):
        raise NotLookedAt(unseen)
    for problem in left:
        Overruling.objects.create(
            digest=digest, digest_hash=digest_hash, mark=problem.mark, person=by, at=now
        )
        acts.record(
            act=StaffAct.Act.OVERRULED,
            by=by,
            about=str(digest),
            target=digest,
            detail=problem.message,
            now=now,
        )
    return left


def agree(*, digest: Digest, digest_hash: str, by: StaffUser | None, now: datetime) -> bool:
    """Note that `by` approves these words; whether enough people do now.

    The digest's row is locked, so two who approve at once see each other. No news comes in after
    the first: it would make his approval void. Of the others only those count who may approve at
    this moment; whether `by` may was asked before.
    """
    wanted = needed(digest)
    if by is None:
        return wanted == 1
    _, is_new = Agreement.objects.get_or_create(
        digest=digest, digest_hash=digest_hash, person=by, defaults={"at": now}
    )
    others = [row for row in agreed(digest=digest, digest_hash=digest_hash) if row.person != by]
    if len(others) + 1 >= wanted:
        return True
    Digest.objects.filter(pk=digest.pk, locked_at__isnull=True).update(locked_at=now)
    if is_new:
        acts.record(
            act=StaffAct.Act.APPROVED,
            by=by,
            about=str(digest),
            target=digest,
            detail=FIRST,
            now=now,
        )
    return False
