"""Where a counted link leads: from its token to the address that was frozen with the mail."""

from dataclasses import dataclass

from django.utils.encoding import iri_to_uri

from newsletter.models import Revision
from newsletter.rendering.reader_marks import read_reader_mark
from subscribers.models import Newsletter
from subscribers.tokens import BadToken

# Revisions whose links a process remembers: a mail's clicks come within days of it.
MOST_REMEMBERED = 500
# No mail has more links than this.
MOST_DIGITS = 4

# What every redirect says: nobody keeps it, finds it, or is told where the reader came from.
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}

# Frozen words never change, so what was read once is true for as long as the process lives.
_remembered: dict[int, tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Click:
    """Which link of which frozen words, and by whom; the last is counted nowhere."""

    revision_id: int
    number: int
    subscriber_id: int


def read(token: str) -> Click:
    """What the last part of `/c/<token>` says; raises BadToken when it is none of ours."""
    number, _, mark = token.partition(".")
    if not (number.isascii() and number.isdecimal() and len(number) <= MOST_DIGITS):
        raise BadToken
    found = read_reader_mark(mark)
    return Click(
        revision_id=found.revision_id, number=int(number), subscriber_id=found.subscriber_id
    )


def target(click: Click) -> str | None:
    """Where it leads, None when there is no such link (any more); at most one statement."""
    links = _remembered.get(click.revision_id)
    if links is None:
        links = _remember(click.revision_id)
    return links[click.number] if click.number < len(links) else None


def remembered_target(click: Click) -> str | None:
    """The same without the database: None also when it was not looked up yet."""
    links = _remembered.get(click.revision_id, ())
    return links[click.number] if click.number < len(links) else None


def newsletter_of(click: Click) -> Newsletter | None:
    """Whose mail the link stood in."""
    revisions = Revision.objects.select_related("digest__newsletter")
    revision = revisions.only("digest__newsletter").filter(pk=click.revision_id).first()
    return revision.digest.newsletter if revision else None


def _remember(revision_id: int) -> tuple[str, ...]:
    found = Revision.objects.filter(pk=revision_id).values_list("links", flat=True).first()
    if found is None:
        return ()
    links = tuple(iri_to_uri(link["url"]) for link in found)
    if len(_remembered) >= MOST_REMEMBERED:
        _remembered.clear()
    _remembered[revision_id] = links
    return links
