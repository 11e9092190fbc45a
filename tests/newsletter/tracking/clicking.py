"""Links of mails, as readers follow them."""

from newsletter.models import Digest, LinkClicks, LooseClick, Revision
from newsletter.rendering.reader_marks import reader_mark
from subscribers.models import Subscriber

LINKS = [
    {"url": "https://gazette.example/one?a=1&b=2", "label": "One"},
    {"url": "https://gazette.example/zwei-ö", "label": "Two"},
]


def with_links(digest: Digest) -> Revision:
    """The frozen words of `digest`, now with two counted links."""
    Revision.objects.filter(pk=digest.revision_id).update(links=LINKS)
    return Revision.objects.get(pk=digest.revision_id)


def link(revision: Revision, reader: Subscriber | None = None, number: int = 0) -> str:
    """The path of one link as it stands in a reader's mail."""
    mark = reader_mark(revision_id=revision.pk, subscriber_id=reader.pk if reader else 1)
    return f"/c/{number}.{mark}"


def counts() -> dict[int, int]:
    """Link number -> clicks that are counted."""
    return dict(LinkClicks.objects.values_list("number", "clicks"))


def loose() -> int:
    """Clicks noted in the database and not counted yet."""
    return LooseClick.objects.count()
