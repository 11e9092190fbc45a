"""Turning an entry into a story: finding the one it already is, or making it."""

import re
from collections.abc import Iterator
from datetime import datetime
from enum import Enum
from typing import Any
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.text import slugify

from newsletter.content import identity, images, sanitizing
from newsletter.content.entries import Entry
from newsletter.content.naming import named_authors, named_topics
from newsletter.models import Article, Feed

EXCERPT_WORDS = 60
_CUT_OFF = re.compile(r"[\s\[(]*(?:…|\.\.\.|&hellip;)[\s\])]*$")


class Stored(Enum):
    """What became of an entry."""

    NEW = "new"
    UPDATED = "updated"
    KNOWN = "known"


def keys(*, feed: Feed, entry: Entry) -> tuple[str | None, str | None]:
    """What the entry is known by: the key of its guid and of its link, either may be None.

    A link to a site's front page tells stories apart only where there is no guid.
    """
    guid_key = identity.guid_key(feed_id=feed.pk, guid=entry.guid)
    parts = urlsplit(entry.link)
    if guid_key and not parts.path.strip("/") and not parts.query:
        return guid_key, None
    return guid_key, identity.link_key(entry.link)


def store(*, feed: Feed, entry: Entry, now: datetime) -> Stored:
    """Make or update the story that `entry` is; safe when other imports store it too.

    An update touches what the source said and nothing that staff decided (address, good news,
    kicker, a picture of ours), and only when the source says something else than before.
    """
    said = _said(feed=feed, entry=entry)
    guid_key, link_key = keys(feed=feed, entry=entry)
    for slug in slugs(title=entry.title, key=link_key or guid_key or ""):
        article = _find(guid_key=guid_key, link_key=link_key)
        try:
            with transaction.atomic():
                if article is not None:
                    return _update(
                        article=article,
                        feed=feed,
                        entry=entry,
                        link_key=link_key,
                        said=said | {"changed_at": now},
                    )
                _create(
                    feed=feed,
                    entry=entry,
                    slug=slug,
                    guid_key=guid_key,
                    link_key=link_key,
                    published_at=min(entry.published_at or now, now),
                    said=said,
                )
        except IntegrityError:
            continue  # the slug is taken, or another import was first: look again
        return Stored.NEW
    raise RuntimeError(f"no free slug for {entry.link}")


def _said(*, feed: Feed, entry: Entry) -> dict[str, Any]:
    """The fields that the source decides."""
    picture = entry.picture
    link = identity.without_tracking(entry.link)
    return {
        "kind": Article.Kind(feed.kind),
        "link": link,
        "title": entry.title,
        **_words(feed=feed, entry=entry),
        "language": entry.language,
        "caption": picture.caption[:300] if picture else "",
        "credit": picture.credit[:120] if picture else "",
        "source_hash": identity.source_hash(
            feed.kind, link, entry.title, entry.summary, entry.body, repr(picture)
        ),
    }


def _words(*, feed: Feed, entry: Entry) -> dict[str, str]:
    """Dek and body. Of a source that gave us only excerpts, 60 words in the dek are all we keep."""
    if feed.kind == Feed.Kind.EXCERPT:
        text = sanitizing.excerpt((entry.summary or entry.body), words=EXCERPT_WORDS)
        return {"dek": text, "body": ""}
    body = sanitizing.clean_html(entry.body, base=entry.base)
    dek = sanitizing.excerpt(entry.summary, words=EXCERPT_WORDS)
    return {"dek": "" if _repeats(dek, body) else dek, "body": body}


def _repeats(dek: str, body: str) -> bool:
    """Whether the dek is only the body's beginning, as many systems send it."""
    start = _CUT_OFF.sub("", dek)
    return sanitizing.plain_text(body).startswith(start)


def _find(*, guid_key: str | None, link_key: str | None) -> Article | None:
    """The story known by either key; the feed's own id wins over the link."""
    known = Q()
    if guid_key:
        known |= Q(guid_key=guid_key)
    if link_key:
        known |= Q(link_key=link_key)
    found = list(Article.objects.filter(known).select_related("hero")[:2])
    return next((one for one in found if one.guid_key == guid_key), found[0] if found else None)


def _create(*, feed: Feed, entry: Entry, said: dict[str, Any], **fields: Any) -> None:
    article = Article.objects.create(
        feed=feed,
        good_news=feed.good_news,
        hero_alt=entry.picture.alt[:300] if entry.picture else "",
        hero=images.wanted(source_url=entry.picture.url) if entry.picture else None,
        **said,
        **fields,
    )
    article.authors.set(named_authors(names=entry.authors))
    article.topics.set(named_topics(names=entry.topics))


def _update(
    *, article: Article, feed: Feed, entry: Entry, link_key: str | None, said: dict[str, Any]
) -> Stored:
    same = article.source_hash == said["source_hash"] and article.feed_id == feed.pk
    if same or not _may_update(article=article, feed=feed):
        return Stored.KNOWN
    changes = said | _picture_changes(article=article, entry=entry)
    if link_key and not Article.objects.filter(link_key=link_key).exists():
        changes["link_key"] = link_key
    Article.objects.filter(pk=article.pk).update(feed=feed, **changes)
    if entry.authors:
        article.authors.set(named_authors(names=entry.authors))
    article.topics.add(*named_topics(names=entry.topics))
    return Stored.UPDATED


def _picture_changes(*, article: Article, entry: Entry) -> dict[str, Any]:
    """The source's new picture, unless staff put one of ours there."""
    picture = entry.picture
    if picture is None or (article.hero is not None and not article.hero.source_url):
        return {}
    hero = images.wanted(source_url=picture.url)
    return {} if hero == article.hero else {"hero": hero, "hero_alt": picture.alt[:300]}


def _may_update(*, article: Article, feed: Feed) -> bool:
    """Only the feed that brought a story changes it, or one that may show it whole.

    Else two feeds with the same story would overwrite each other for ever. What a person put here,
    word by word, stays as it is.
    """
    promoted = article.is_excerpt and feed.kind == Feed.Kind.OWN
    is_ours = article.feed_id is None and not article.source_hash
    return promoted or (article.feed_id in {None, feed.pk} and not is_ours)


def slugs(*, title: str, key: str) -> Iterator[str]:
    """Addresses for a story, the plain one first; `key` is hex digits that no other story has."""
    plain = slugify(title)[:100].strip("-")
    if plain:
        yield plain
    for length in (6, 12, 24):
        yield f"{plain or 'story'}-{key[:length]}"
