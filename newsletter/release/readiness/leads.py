"""Where its links lead, as far as that was looked up."""

from collections.abc import Iterator

from newsletter.models import LinkCheck
from newsletter.release import link_checks
from newsletter.release.readiness.material import Material
from newsletter.release.readiness.problem import Problem, note, stop

Outcome = LinkCheck.Outcome


def problems(found: Material) -> Iterator[Problem]:
    """Dead links block; what may be a passing trouble, and what moved, is for a person."""
    if found.drawn is None:
        return
    targets = link_checks.targets(found.drawn)
    for url, result in link_checks.results(urls=targets).items():
        words = {"where": found.page, "about": url}
        name = f'The link of "{targets[url]}" ({_short(url)})'
        if result.outcome == Outcome.GONE:
            yield stop("dead_link", f"{name} is dead. {result.detail}", "Give it another.", **words)
        elif result.outcome == Outcome.TROUBLE:
            yield note("link_trouble", f"{name}: {result.detail}", "Try it yourself.", **words)
        elif result.outcome == Outcome.MOVED:
            yield note(
                "moved_link",
                f"{name} leads on to {_short(result.detail)}.",
                "See whether that is the page you mean, and link to it.",
                **words,
            )


def _short(url: str) -> str:
    return url if len(url) <= 60 else f"{url[:57]}…"
