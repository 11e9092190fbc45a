"""What waiting mails still lack. To look closely draws one, so only the next few get that."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count

from newsletter.digests import filling
from newsletter.digests.assembly import rule_of
from newsletter.models import Digest, Item
from newsletter.scheduling.board.steps import needs_nobody
from newsletter.scheduling.needs import APPROVAL, SECOND_APPROVAL, need

# So many are looked at closely, and only when they are due this soon.
LOOKED_AT, SOON = 8, timedelta(days=1)
NO_SUBJECT = "It has no subject."


@dataclass(frozen=True, slots=True)
class Lacking:
    """What keeps a mail from going out, and the stories it may be skipped for."""

    missing: tuple[str, ...] = ()
    too_few: tuple[str, ...] = ()
    is_unseen: bool = False


def lacking(
    *, waiting: Iterable[Digest], agreed: Collection[int], now: datetime
) -> dict[int, Lacking]:
    """By digest id; a fixed number of statements however many there are.

    `agreed`: ids of those that one of two people approved.
    """
    in_turn = sorted(waiting, key=lambda digest: digest.release_at or now)
    close = [digest for digest in in_turn if (digest.release_at or now) <= now + SOON][:LOOKED_AT]
    found = {digest.pk: _closely(digest, now) for digest in close}
    drafts = [digest for digest in in_turn if digest.state == Digest.State.DRAFT]
    others = [digest for digest in drafts if digest.pk not in found]
    stories = _stories(others)
    for digest in others:
        has_agreement = digest.pk in agreed
        found[digest.pk] = _from_afar(digest, stories[digest.pk], has_agreement=has_agreement)
    return found


def _closely(digest: Digest, now: datetime) -> Lacking:
    found = need(digest=digest, now=now)
    too_few = _too_few(digest, now) if digest.state == Digest.State.DRAFT else ()
    return Lacking(missing=found.missing if found else (), too_few=too_few)


def _from_afar(digest: Digest, stories: int, *, has_agreement: bool) -> Lacking:
    """By its own row and how many stories stand in it."""
    missing = [] if digest.subject or not stories else [NO_SUBJECT]
    if has_agreement:
        missing.append(SECOND_APPROVAL)
    elif not needs_nobody(digest):
        missing.append(APPROVAL)
    return Lacking(missing=tuple(missing), is_unseen=True)


def _stories(digests: Collection[Digest]) -> Counter[int]:
    if not digests:
        return Counter()
    items = Item.objects.filter(section__digest__in=[digest.pk for digest in digests])
    counted = items.values_list("section__digest").annotate(Count("pk")).order_by()
    return Counter(dict(counted))


def _too_few(digest: Digest, now: datetime) -> tuple[str, ...]:
    """That it would be skipped if no more news came before it is locked."""
    if digest.locked_at or digest.touched_at or digest.release_at is None:
        return ()
    rule = rule_of(digest.newsletter)
    found = filling.count_new(digest=digest, rule=rule, now=now)
    least = filling.fewest(digest=digest, rule=rule)
    if found >= least:
        return ()
    unless = "without one" if least == 1 else f"under {least}"
    noun = "story" if found < 2 else "stories"
    return (f"{f'Only {found}' if found else 'No'} new {noun} so far; it is skipped {unless}.",)
