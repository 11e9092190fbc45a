"""What `newsletter` adds to pages and mails of this app, without this app importing it.

Each registry holds one callable, set in `NewsletterApp.ready()`; the defaults below serve when
nothing is registered (as in a test of this app alone).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from subscribers.mailing.messages import Mailing
from subscribers.models import Newsletter, Notice, Subscription

Frequency = Subscription.Frequency


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
    # The page of the desk that tells more, and what it takes to open it ("app.codename").
    url: str
    right: str


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a privacy request is about. `spellings` are empty once the reader is erased."""

    subscriber_id: int
    # The address as typed, as it is mailed and as it is compared: what to look for in old words.
    spellings: tuple[str, ...] = ()
    address_hash: str = ""


@dataclass(frozen=True, slots=True)
class Privacy:
    """What one part of the service holds about a person: how to tell it, how to empty it."""

    # As JSON: dicts, lists, words, numbers.
    export: Callable[[Person], Any]
    # Inside the transaction of the erasure; may be done twice.
    erase: Callable[[Person], None]


@dataclass(frozen=True, slots=True)
class Retention:
    """How long one kind of record is kept.

    `let_go` is given the instant before which it is too old, the time now and how many at most; it
    answers how many it let go of.
    """

    kind: str
    keep: timedelta
    let_go: Callable[[datetime, datetime, int], int]


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How somebody reads a newsletter: by which clock, which of its mails, who he is."""

    zone: ZoneInfo
    # His own time of day, where mails go by each reader's clock; None: the newsletter's.
    own_time: time | None = None
    frequency: str = Subscription.Frequency.EVERY_DAY
    # None: he does not get it yet.
    subscriber_id: int | None = None


class NextRelease(Protocol):
    """When the next mail comes; without a rhythm to somebody new, by the newsletter's clock."""

    def __call__(
        self, newsletter: Newsletter, now: datetime, rhythm: Rhythm | None = None, /
    ) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class Registry:
    """The functions that other stages provide."""

    # "Every weekday at 6:30 am, London time"; "" when there is no schedule.
    cadence: Callable[[Newsletter], str]
    # The instant after `now` (aware, UTC) at which it comes, None when nothing is planned.
    next_release: NextRelease
    latest_digest: Callable[[Newsletter], LatestDigest | None]
    # What became of a reader's mails, newest first.
    reader_mails: Callable[[int], list[ReaderMail]]
    # The mailing of a notice of kind TEST.
    test_mailing: Callable[[Notice], Mailing] | None
    # Whether it goes out on each day of the week, so that "every day" is true.
    is_daily: Callable[[Newsletter], bool] = lambda _newsletter: False
    # Whether it goes out on weekends as well as on weekdays, so that weekends can be left out.
    has_weekends: Callable[[Newsletter], bool] = lambda _newsletter: False
    # "Saturdays at 9:00 am": when "what you missed" comes instead of the others; "" for never.
    weekly: Callable[[Newsletter], str] = lambda _newsletter: ""
    # The time of day of the mails that come so often, where they go by each reader's own clock;
    # None where everybody gets them at once.
    usual_time: Callable[[Newsletter, Frequency], time | None] = lambda _newsletter, _frequency: (
        None
    )


_registry = Registry(
    cadence=lambda _newsletter: "",
    next_release=lambda _newsletter, _now, _rhythm=None: None,
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


_privacy: dict[str, Privacy] = {}


def register_privacy(*, name: str, part: Privacy) -> None:
    """Have privacy requests also cover `part`; `name` is its key in an export."""
    _privacy[name] = part


def privacy_parts() -> dict[str, Privacy]:
    """What later stages hold of people, by name."""
    return dict(_privacy)


_retentions: dict[str, Retention] = {}


def register_retention(rule: Retention) -> None:
    """Have one more kind of record let go of in time."""
    _retentions[rule.kind] = rule


def retentions() -> tuple[Retention, ...]:
    """How long records of later stages are kept."""
    return tuple(_retentions.values())
