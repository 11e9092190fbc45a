"""What a reader who just joined is told: when the first mail comes, and what to read until then."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from subscribers.extensions import LatestDigest, Rhythm, registered
from subscribers.models import Newsletter, Subscriber
from subscribers.moments import moment_in_words, zone_of


@dataclass(frozen=True, slots=True)
class Welcome:
    """One newsletter; `comes` is "" when nothing is planned."""

    newsletter: Newsletter
    comes: str
    latest: LatestDigest | None


def welcomes(
    *, newsletters: Iterable[Newsletter], now: datetime, reader: Subscriber | None = None
) -> list[Welcome]:
    """One for each newsletter that somebody now gets, by the clock of `reader`, if one is known."""
    known = registered()
    found = []
    for newsletter in newsletters:
        zone = zone_of(reader=reader, newsletter=newsletter)
        at = known.next_release(newsletter, now, Rhythm(zone))
        comes = moment_in_words(at=at, now=now, zone=zone) if at else ""
        found.append(Welcome(newsletter, comes, known.latest_digest(newsletter)))
    return found
