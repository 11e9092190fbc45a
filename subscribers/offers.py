"""What a sign-up form offers: each newsletter with its rhythm and its latest mail."""

import time
from collections.abc import Iterable
from dataclasses import dataclass

from subscribers.extensions import LatestDigest, registered
from subscribers.models import Newsletter


@dataclass(frozen=True, slots=True)
class Offer:
    """One row of the form."""

    newsletter: Newsletter
    cadence: str
    latest: LatestDigest | None
    is_chosen: bool


# Seconds for which a process remembers them. Every page names them in its footer.
KEPT = 1.0


@dataclass(slots=True)
class _Kept:
    """What was read last, and until when it is good by the clock of this process."""

    newsletters: tuple[Newsletter, ...] = ()
    until: float = 0.0


_kept = _Kept()


def open_newsletters() -> list[Newsletter]:
    """The newsletters that take new readers, in their order; not to be changed by the caller.

    What staff change shows within `KEPT` seconds.
    """
    now = time.monotonic()
    if now >= _kept.until:
        _kept.newsletters = tuple(Newsletter.objects.filter(is_open=True))
        _kept.until = now + KEPT
    return list(_kept.newsletters)


def offers(*, newsletters: Iterable[Newsletter], chosen: Iterable[str | None] = ()) -> list[Offer]:
    """A row for each newsletter; those whose slug is in `chosen` are ticked."""
    known = registered()
    ticked = set(chosen)
    return [
        Offer(
            newsletter=newsletter,
            cadence=known.cadence(newsletter),
            latest=known.latest_digest(newsletter),
            is_chosen=newsletter.slug in ticked,
        )
        for newsletter in newsletters
    ]
