"""What a feed says, the same for each format: HTML in it is not yet sanitised."""

from dataclasses import dataclass, field
from datetime import datetime

# Archives of everything ever written are cut: the newest come first in every format.
MAX_ENTRIES = 200


class FeedError(Exception):
    """Why an answer is no feed at all, in one sentence for staff."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A story's picture as the feed names it; the words are plain text."""

    url: str
    alt: str = ""
    caption: str = ""
    credit: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One story. Title, authors and topics are plain text, `summary` and `body` raw HTML.

    `base` is what links in the HTML are relative to; `published_at` is in UTC, None if unknown.
    """

    title: str
    link: str
    guid: str = ""
    summary: str = ""
    body: str = ""
    base: str = ""
    picture: Picture | None = None
    authors: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    language: str = "en"
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReadFeed:
    """The entries of a feed in its order, how many there were, and what is wrong with the rest.

    `problems` has a sentence per entry left out; `damage` one about the feed as a whole.
    """

    total: int = 0
    entries: list[Entry] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    damage: str = ""

    @property
    def is_full(self) -> bool:
        """Whether there are more entries than are taken, so that no more need be read."""
        return len(self.entries) > MAX_ENTRIES
