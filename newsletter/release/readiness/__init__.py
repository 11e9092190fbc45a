"""Readiness: what keeps a digest from going out, and what somebody should know before it does.

One file per kind of check; each yields findings from the same `Material`.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from newsletter.models import Digest
from newsletter.release import domains, link_checks
from newsletter.release.readiness import (
    drawn,
    leads,
    pictures,
    readers,
    sections,
    sender,
    stories,
    words,
)
from newsletter.release.readiness.material import Material, gather
from newsletter.release.readiness.problem import Problem

__all__ = [
    "STOPPING",
    "Findings",
    "Problem",
    "SinceApproval",
    "blocking",
    "look",
    "problems",
    "since_approval",
]

Check = Callable[[Material], Iterable[Problem]]
# Those that can find something blocking; `sender` and `readers` know cheaper ways to say so.
STOPPING: tuple[Check, ...] = (
    sender.problems,
    words.problems,
    sections.problems,
    pictures.problems,
    stories.problems,
    leads.problems,
    drawn.problems,
)
CHECKS: tuple[Check, ...] = (*STOPPING, readers.problems)
# What comes up though nobody touched a word, and keeps even an approved mail back. A page that is
# gone since does not: whoever approved it followed its link, and its readers lose one of many.
OUTSIDE: tuple[Check, ...] = (stories.problems,)


@dataclass(frozen=True, slots=True)
class Findings:
    """Everything found, blocking ones first, and the hash of exactly the words looked at."""

    problems: list[Problem]
    # Empty when it cannot be drawn.
    digest_hash: str
    # What was not or is not yet looked at, in words.
    remarks: tuple[str, ...] = ()

    @property
    def blocking(self) -> list[Problem]:
        """What keeps it from going out."""
        return [problem for problem in self.problems if problem.blocking]

    @property
    def warnings(self) -> list[Problem]:
        """What a person may let pass."""
        return [problem for problem in self.problems if not problem.blocking]


@dataclass(frozen=True, slots=True)
class SinceApproval:
    """What became of an approved digest: whether its words, drawn anew, are those approved.

    `keeping_back` keeps it from going out though they are; `dead_links` lead nowhere by now.
    """

    is_same: bool
    keeping_back: list[Problem]
    dead_links: list[Problem]


def look(*, digest: Digest, now: datetime, checks: Iterable[Check] = CHECKS) -> Findings:
    """All that is found; a fixed number of statements, and nothing outside is asked."""
    found = gather(digest=digest, now=now)
    return Findings(
        problems=_run(checks, found),
        digest_hash=found.drawn.digest_hash if found.drawn else "",
        remarks=tuple(_remarks(found)),
    )


def problems(*, digest: Digest, now: datetime) -> list[Problem]:
    """Everything found, blocking ones first."""
    return look(digest=digest, now=now).problems


def blocking(*, digest: Digest, now: datetime) -> list[Problem]:
    """Only what keeps it from going out."""
    found = _run(STOPPING, gather(digest=digest, now=now))
    return [problem for problem in found if problem.blocking]


def since_approval(*, digest: Digest, now: datetime) -> SinceApproval:
    """How a digest with frozen words stands by now; it is drawn once, nothing is written."""
    found = gather(digest=digest, now=now)
    frozen = digest.revision.digest_hash if digest.revision else ""
    return SinceApproval(
        is_same=found.drawn is not None and found.drawn.digest_hash == frozen,
        keeping_back=[problem for problem in _run(OUTSIDE, found) if problem.blocking],
        dead_links=[problem for problem in _run((leads.problems,), found) if problem.blocking],
    )


def _run(checks: Iterable[Check], found: Material) -> list[Problem]:
    all_found = {problem.mark: problem for check in checks for problem in check(found)}
    return sorted(all_found.values(), key=lambda problem: not problem.blocking)


def _remarks(found: Material) -> Iterable[str]:
    if found.drawn is not None and link_checks.stale(
        urls=link_checks.targets(found.drawn), now=found.now
    ):
        yield "Links are being checked."
    if remark := domains.remark(address=found.digest.newsletter.from_address):
        yield remark
