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
    "blocking",
    "changed_outside",
    "died_since",
    "look",
    "problems",
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


def changed_outside(*, digest: Digest, now: datetime) -> list[Problem]:
    """What keeps an approved digest back though its words are those approved."""
    found = _run(OUTSIDE, gather(digest=digest, now=now))
    return [problem for problem in found if problem.blocking]


def died_since(*, digest: Digest, now: datetime) -> list[Problem]:
    """The links of an approved digest that lead nowhere by now."""
    found = _run((leads.problems,), gather(digest=digest, now=now))
    return [problem for problem in found if problem.blocking]


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
