"""What other stages ask about digests."""

from collections.abc import Collection

from newsletter.models import Digest, Item
from subscribers.models import Newsletter

# Readers have it, or are getting it now.
OUT = (Digest.State.SENDING, Digest.State.SENT)


def latest_sent(*, newsletter: Newsletter) -> Digest | None:
    """The newest digest that readers got, with its revision; None before the first."""
    return (
        Digest.objects.filter(newsletter=newsletter, state__in=OUT, revision__isnull=False)
        .select_related("newsletter", "revision")
        .defer("revision__html", "revision__text")
        .order_by("-sending_at", "-id")
        .first()
    )


def used_by(*, article_ids: Collection[int]) -> dict[int, list[Digest]]:
    """The digests that each story stands in, newest first; stories in none are absent."""
    items = (
        Item.objects.filter(article_id__in=article_ids)
        .exclude(section__digest__state=Digest.State.CANCELLED)
        .select_related("section__digest__newsletter")
        .order_by("-section__digest__occurrence", "-section__digest_id")
    )
    found: dict[int, list[Digest]] = {}
    for item in items:
        if item.article_id is not None:
            found.setdefault(item.article_id, []).append(item.section.digest)
    return found
