"""What the providers of a soak took: the only record that the service has no hand in."""

import re
import threading
from collections import Counter, deque
from dataclasses import dataclass, field

_LINK = re.compile(r"https://[\w.-]+(/(?:confirm|preferences|unsubscribe|c)/[\w.-]+/?)")
# Mails of which links are remembered, for readers who follow them.
_KEPT = 600


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail that was taken."""

    address: str
    source: str
    links: list[str]
    known: dict[str, str]


@dataclass
class Book:
    """Mails by source ("digest:12", "notice:7") and address; filled by several threads."""

    taken: Counter[tuple[str, str]] = field(default_factory=Counter)
    # The newest links to confirm, by address.
    confirming: dict[str, str] = field(default_factory=dict)
    mails: deque[Mail] = field(default_factory=lambda: deque(maxlen=_KEPT))
    # Mails that each provider took.
    by_provider: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, provider: str, known: dict[str, str], address: str, text: str) -> None:
        """One mail was taken for good; `known` is what the provider will say of it in reports."""
        source = known["source"]
        links = [found[1] for found in _LINK.finditer(text)]
        with self._lock:
            self.taken[source, address] += 1
            self.by_provider[provider] += 1
            self.mails.append(Mail(address, source, links, known))
            for link in links:
                if link.startswith("/confirm/"):
                    self.confirming[address] = link

    def of(self, source: str) -> Counter[str]:
        """How often each address was mailed for a source."""
        with self._lock:
            found = [(one, times) for (what, one), times in self.taken.items() if what == source]
        return Counter(dict(found))

    def notices(self) -> set[str]:
        """Addresses that got a mail of their own."""
        with self._lock:
            return {one for what, one in self.taken if what.startswith("notice:")}

    def some(self, how_many: int) -> list[Mail]:
        """The newest mails of digests."""
        with self._lock:
            return [one for one in self.mails if one.source.startswith("digest:")][-how_many:]
