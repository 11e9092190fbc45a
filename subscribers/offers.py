"""What a sign-up form offers: each newsletter with its rhythm and its latest mail."""

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


def open_newsletters() -> list[Newsletter]:
    """The newsletters that take new readers, in their order."""
    return list(Newsletter.objects.filter(is_open=True))


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
