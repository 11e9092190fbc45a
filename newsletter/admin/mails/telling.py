"""What others did to a mail while somebody had it open, in words."""

from collections.abc import Sequence

from newsletter.digests.editing import ItemWords
from newsletter.digests.merging import Change
from newsletter.digests.saving import Meeting
from newsletter.models import Article

MOST = 5
WORDS = {
    "subject": "subject",
    "preheader": "preview line",
    "intro": "hello",
    "sign_off": "sign-off",
    "order": "order of the stories",
    "added": "added",
    "taken_out": "taken out",
    "section_id": "moved",
    "is_kept": "pinned or not",
    "article_id": "story",
    "blurb": "text",
    "image_id": "picture",
    "no_image": "picture",
    "image_alt": "what the picture shows",
}


def told(met: Meeting) -> str:
    """ "Ines changed this meanwhile: subject; Harbour reopens (headline)."; "" if nobody did."""
    parts = []
    if met.changes:
        titles = _titles([change.item for change in met.changes if change.item])
        who = f"{met.by} changed this meanwhile" if met.by else "News came in"
        listed = [_change(change, titles) for change in met.changes[:MOST]]
        more = ["more"] if len(met.changes) > MOST else []
        parts.append(f"{who}: {'; '.join([*listed, *more])}.")
    if met.merged.stay:
        titles = _titles(met.merged.stay)
        names = ", ".join(_name(item, titles) for item in met.merged.stay)
        parts.append(f"Taken out by one of you and rewritten by the other, so it stays: {names}.")
    return " ".join(parts)


def _change(change: Change, titles: dict[int, str]) -> str:
    what = ", ".join(dict.fromkeys(WORDS.get(name, name) for name in change.what))
    return f"{_name(change.item, titles)} ({what})" if change.item else what


def _name(item: ItemWords, titles: dict[int, str]) -> str:
    title = item.headline or titles.get(item.article_id or 0, "") or item.figure or item.blurb
    return title[:60] or "an item"


def _titles(items: Sequence[ItemWords]) -> dict[int, str]:
    ids = [item.article_id for item in items if item.article_id and not item.headline]
    return dict(Article.objects.filter(pk__in=ids).values_list("pk", "title")) if ids else {}
