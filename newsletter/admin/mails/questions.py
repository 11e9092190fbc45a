"""What a step asks before it is taken, in numbers."""

from dataclasses import dataclass

from newsletter.admin.mails import status, steps
from newsletter.admin.mails.steps import Step
from newsletter.delivery.counts import Counts, counts
from newsletter.models import Digest
from newsletter.release import readiness
from newsletter.release.readiness import Problem

State = Digest.State


@dataclass(frozen=True, slots=True)
class Question:
    """`before` + the subject + `after` is the sentence; `yes` and `no` are the buttons."""

    before: str
    after: str
    yes: str
    no: str
    detail: str = ""
    stops: bool = False
    problems: tuple[Problem, ...] = ()


def question(step: Step, digest: Digest) -> Question:
    """The question of a step that asks."""
    if step is steps.SEND_NOW:
        return _send_now(digest)
    if step is steps.RESUME:
        return _resume(digest)
    return _cancel(digest)


def _send_now(digest: Digest) -> Question:
    number = f"{status.readers(digest):,}"
    unchanged = "Keep as draft" if digest.state == State.DRAFT else f"Keep it {digest.state}"
    found = readiness.problems(digest=digest) if digest.revision_id is None else []
    return Question(
        before="Send",
        after=f"to {number} {_people(number)} now?",
        yes=f"Send to {number}",
        no=unchanged,
        problems=tuple(found),
    )


def _resume(digest: Digest) -> Question:
    waiting = f"{_counts(digest).waiting:,}"
    return Question(
        before="Go on sending",
        after=f"to the {waiting} {_people(waiting)} who wait for it?",
        yes=f"Send to {waiting}",
        no="Leave it paused",
        detail=digest.reason and f"It is paused: {digest.reason}",
    )


def _cancel(digest: Digest) -> Question:
    found = _counts(digest)
    detail = "It cannot be brought back. Its date is free for another mail."
    if found.audience:
        detail = (
            f"{found.settled:,} of {found.audience:,} are done; {found.waiting:,} will not get "
            "it. It cannot be brought back."
        )
    return Question(
        before="Cancel", after="?", yes="Cancel it", no="Keep it", detail=detail, stops=True
    )


def _counts(digest: Digest) -> Counts:
    return counts(digest_ids=[digest.pk]).get(digest.pk, Counts())


def _people(number: str) -> str:
    return "reader" if number == "1" else "readers"
