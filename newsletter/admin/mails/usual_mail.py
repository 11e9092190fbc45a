"""The usual mail of a day, said beside a single one, so that nobody sends two by mistake."""

from dataclasses import dataclass
from datetime import date, datetime

from newsletter.models import Digest
from newsletter.scheduling import singles
from subscribers.models import Newsletter


@dataclass(frozen=True, slots=True)
class UsualMail:
    """`words`: that it comes too, and when. `digest`: the mail itself, if it is made already."""

    words: str
    digest: Digest | None


def of(newsletter: Newsletter, day: date, now: datetime) -> UsualMail | None:
    """The one that is still to come on that day; None when there is none."""
    found = singles.usual(newsletter=newsletter, day=day, now=now)
    if found is None:
        return None
    return UsualMail(found.in_words(zone=newsletter.zone), found.digest)


def beside(digest: Digest, now: datetime) -> UsualMail | None:
    """The one that comes beside a single mail; news that cannot wait does not ask for it."""
    if not digest.is_single or digest.is_urgent:
        return None
    return of(digest.newsletter, digest.day, now)
