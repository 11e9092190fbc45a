"""What the providers of the machine took: the truth that all rows are compared with."""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID


class Died(BaseException):
    """The worker was killed: nothing of ours catches this."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A mail that a provider took. `day`: when it was reserved, in UTC."""

    digest_id: int
    reader: int
    provider: str
    token: UUID
    day: date


@dataclass
class Book:
    """`again` counts how often staff had a mail sent again to whom it was unknown of."""

    entries: list[Entry] = field(default_factory=list)
    again: Counter[tuple[int, int]] = field(default_factory=Counter)

    def times(self) -> Counter[tuple[int, int]]:
        """How often each reader of each digest was mailed."""
        return Counter((one.digest_id, one.reader) for one in self.entries)

    def of_day(self, provider: str, day: date) -> int:
        """Mails that a provider took of those reserved on a day."""
        return sum(1 for one in self.entries if (one.provider, one.day) == (provider, day))
