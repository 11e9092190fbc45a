"""Who it comes from, and whether the world believes it."""

from collections.abc import Iterator

from newsletter.release import domains
from newsletter.release.readiness.material import Material
from newsletter.release.readiness.problem import Problem, note, stop


def problems(found: Material) -> Iterator[Problem]:
    """Name and address of the sender, and what was last found out about its domain."""
    newsletter = found.digest.newsletter
    if not (newsletter.from_name and newsletter.from_address):
        yield stop(
            "no_sender",
            "The newsletter has no sender.",
            "Give it a name and an address.",
            where=found.newsletter_page,
        )
        return
    known = domains.known(address=newsletter.from_address)
    for code, message, todo in known.findings if known else ():
        yield note(code, message, todo, about=f"{code} {known.domain if known else ''}")
