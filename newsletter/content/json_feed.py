"""Reading JSON Feed (versions 1 and 1.1, jsonfeed.org)."""

import json
from typing import Any

from newsletter.content import pictures, sanitizing, words
from newsletter.content.entries import Entry, FeedError, Picture, ReadFeed

_VERSION = "https://jsonfeed.org/version/"


def read(data: bytes, *, url: str) -> ReadFeed:
    """The entries of a JSON Feed; raises FeedError if it is none."""
    try:
        raw = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise FeedError("It looks like JSON but has mistakes that make it unreadable.") from None
    if not isinstance(raw, dict) or not _text(raw, "version").startswith(_VERSION):
        raise FeedError("It is JSON, but not a JSON Feed.")
    items = _list(raw, "items")
    feed = ReadFeed(total=len(items))
    for number, item in enumerate(items, start=1):
        problem = _add(feed, item, raw=raw, url=url)
        if problem:
            feed.problems.append(f"Entry {number} {problem}.")
        if feed.is_full:
            break
    return feed


def _add(feed: ReadFeed, item: Any, *, raw: dict[str, Any], url: str) -> str:
    """Append the entry that `item` is, or say why it is none."""
    if not isinstance(item, dict):
        return "is not in the form of an entry"
    entry = _entry(item, raw=raw, url=url)
    problem = words.missing(title=entry.title, link=entry.link)
    if not problem:
        feed.entries.append(entry)
    return problem


def _entry(item: dict[str, Any], *, raw: dict[str, Any], url: str) -> Entry:
    link = pictures.joined(url, _text(item, "url") or _text(item, "external_url"))
    base = link or url
    body = _text(item, "content_html") or sanitizing.paragraphs(_text(item, "content_text"))
    summary = sanitizing.paragraphs(_text(item, "summary"))
    return Entry(
        title=words.title(_text(item, "title")),
        link=link,
        guid=str(item.get("id") or ""),
        summary=summary if body else "",
        body=body or summary,
        base=base,
        picture=_picture(item, base=base) or pictures.first_in(body, base=base),
        authors=words.authors(_author_names(item) or _author_names(raw)),
        topics=words.topics(tag for tag in _list(item, "tags") if isinstance(tag, str)),
        language=words.language(_text(item, "language"), _text(raw, "language")),
        published_at=words.moment(_text(item, "date_published"), _text(item, "date_modified")),
    )


def _picture(item: dict[str, Any], *, base: str) -> Picture | None:
    attached = [
        _text(one, "url")
        for one in _list(item, "attachments")
        if isinstance(one, dict) and _text(one, "mime_type").startswith("image/")
    ]
    for address in (_text(item, "image"), _text(item, "banner_image"), *attached):
        if found := pictures.joined(base, address):
            return Picture(url=found)
    return None


def _author_names(holder: dict[str, Any]) -> list[str]:
    people = [*_list(holder, "authors"), holder.get("author")]
    return [_text(person, "name") for person in people if isinstance(person, dict)]


def _text(holder: dict[str, Any], key: str) -> str:
    value = holder.get(key)
    return value if isinstance(value, str) else ""


def _list(holder: dict[str, Any], key: str) -> list[Any]:
    value = holder.get(key)
    return value if isinstance(value, list) else []
