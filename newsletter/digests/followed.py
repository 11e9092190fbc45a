"""How often readers followed the stories of mails that went out."""

from collections import Counter
from collections.abc import Collection, Mapping

from django.conf import settings

from newsletter.models import Item, LinkClicks, Revision


class Followed:
    """Clicks on the links of some mails, whatever frozen words of a mail they were in."""

    def __init__(self, clicks: Mapping[tuple[int, str], int]) -> None:
        self._clicks = clicks
        self._most: dict[int, int] = {}
        for (digest_id, _), number in clicks.items():
            self._most[digest_id] = max(number, self._most.get(digest_id, 0))

    def clicks(self, *, digest_id: int, item: Item) -> int:
        """On the link of an item of that mail."""
        return self._clicks.get((digest_id, _target(item)), 0)

    def most(self, *, digest_id: int) -> int:
        """On the link of that mail that was followed most."""
        return self._most.get(digest_id, 0)


def followed(*, digest_ids: Collection[int]) -> Followed:
    """Of these mails; two statements."""
    rows = LinkClicks.objects.filter(revision__digest__in=digest_ids)
    counts = {
        (revision_id, number): clicks
        for revision_id, number, clicks in rows.values_list("revision_id", "number", "clicks")
    }
    revisions = Revision.objects.filter(pk__in={revision for revision, _ in counts})
    links = {pk: (digest_id, links) for pk, digest_id, links in revisions.values_list(*_LINKS)}
    found: Counter[tuple[int, str]] = Counter()
    for (revision_id, number), clicks in counts.items():
        digest_id, targets = links[revision_id]
        if number < len(targets):
            found[digest_id, _on_this_site(targets[number]["url"])] += clicks
    return Followed(found)


_LINKS = ("pk", "digest_id", "links")


def _target(item: Item) -> str:
    """Where the headline of an item leads, as its mail was drawn."""
    article = item.article
    if article is None or item.link:
        return _on_this_site(item.link)
    return (article.link if article.is_excerpt else "") or article.get_absolute_url()


def _on_this_site(url: str) -> str:
    """Addresses on this site as paths: what they begin with may be another by now."""
    return url.removeprefix(settings.SITE_URL)
