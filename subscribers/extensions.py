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
class ReaderMail:
    """One thing that happened with a mail to one reader, for staff; no address in it."""

    at: datetime
    # Which mail, and what became of it.
    what: str
    # Why, and what was answered.
    proof: str
    # How it went: "good", "bad", "unsure" or "quiet".
    tone: str
    # The page of the desk that tells more.
    url: str


@dataclass(frozen=True, slots=True)
class Registry:
    """The functions that other stages provide."""

    # "Every weekday at 6:30 am, London time"; "" when there is no schedule.
    cadence: Callable[[Newsletter], str]
    # The next release after `now` (aware, UTC), None when nothing is planned.
    next_release: Callable[[Newsletter, datetime], datetime | None]
    latest_digest: Callable[[Newsletter], LatestDigest | None]
    # What became of a reader's mails, newest first.
    reader_mails: Callable[[int], list[ReaderMail]]
    # The mailing of a notice of kind TEST.
    test_mailing: Callable[[Notice], Mailing] | None


_registry = Registry(
    cadence=lambda _newsletter: "",
    next_release=lambda _newsletter, _now: None,
    latest_digest=lambda _newsletter: None,
    reader_mails=lambda _subscriber_id: [],
    test_mailing=None,
)


def register(registry: Registry) -> None:
    """Set what this app asks of later stages; called once, when the project starts."""
    global _registry  # noqa: PLW0603  (one registry a process, set at start)
    _registry = registry


def registered() -> Registry:
    """The functions in force."""
    return _registry
