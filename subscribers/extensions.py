"""What `newsletter` adds to pages and mails of this app, without this app importing it.

Each registry holds one callable, set in `NewsletterApp.ready()`; the defaults below serve when
nothing is registered (as in a test of this app alone).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from subscribers.mailing.messages import Mailing
from subscribers.models import Newsletter, Notice


@dataclass(frozen=True, slots=True)
class LatestDigest:
    """The newest sent digest of a newsletter, for "See the latest"."""

    subject: str
    url: str


@dataclass(frozen=True, slots=True)
class Registry:
    """The functions that other stages provide."""

    # "Every weekday at 6:30 am, London time"; "" when there is no schedule.
    cadence: Callable[[Newsletter], str]
    # The next release after `now` (aware, UTC), None when nothing is planned.
    next_release: Callable[[Newsletter, datetime], datetime | None]
    latest_digest: Callable[[Newsletter], LatestDigest | None]
    # The mailing of a notice of kind TEST.
    test_mailing: Callable[[Notice], Mailing] | None
    # Whether it goes out on weekends as well as on weekdays, so that weekends can be left out.
    has_weekends: Callable[[Newsletter], bool] = lambda _newsletter: False


_registry = Registry(
    cadence=lambda _newsletter: "",
    next_release=lambda _newsletter, _now: None,
    latest_digest=lambda _newsletter: None,
    test_mailing=None,
)


def register(registry: Registry) -> None:
    """Set what this app asks of later stages; called once, when the project starts."""
    global _registry  # noqa: PLW0603  (one registry a process, set at start)
    _registry = registry


def registered() -> Registry:
    """The functions in force."""
    return _registry
