"""Numbers of readers, and the word after them."""

from newsletter.delivery import preparation
from newsletter.delivery.counts import Counts, counts
from newsletter.models import Digest
from subscribers.clock import database_now


def people(number: int) -> str:
    """ "reader" after 1, else "readers"."""
    return "reader" if number == 1 else "readers"


def readers(digest: Digest) -> int:
    """How many would get it if it went out now; of a correction, of those it is for."""
    return preparation.count_mailable(digest=digest, now=database_now())


def counts_of(digest: Digest) -> Counts:
    """The readers of one mail by state; all 0 before there are any."""
    return counts(digest_ids=[digest.pk]).get(digest.pk, Counts())
