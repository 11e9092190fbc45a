"""Reading RSS and Atom with feedparser, which gets bytes only and neither fetches nor sanitises."""

import calendar
import io
import re
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import feedparser

from newsletter.content import pictures, sanitizing, words
from newsletter.content.days import is_likely
from newsletter.content.entries import Entry, FeedError, ReadFeed
from newsletter.content.media import picture_of

# feedparser takes up to 30 microseconds a tag: seconds at most, where 5 MB of tags take a minute.
MAX_TAGS = 200_000
# A feed gives Media RSS one prefix; thousands are an attack on our patience.
MAX_PREFIXES = 3
_MEDIA = re.compile(rb"xmlns:([A-Za-z_][\w.-]*)\s*=\s*[\"']https?://search\.yahoo\.com/mrss/?[\"']")
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)
_HARMLESS = (feedparser.CharacterEncodingOverride, feedparser.NonXMLContentType)
_HTML_TYPES = {"text/html", "application/xhtml+xml"}


def read(data: bytes, *, url: str, content_type: str) -> ReadFeed:
    """The entries of an RSS or Atom feed, as many as can be read; raises FeedError if it is none.

    `url` is what links are relative to; `content_type` the server's header, for its charset.
    """
    data, charset = _prepared(data, content_type)
    parsed = feedparser.parse(
        io.BytesIO(data),
        response_headers={
            "content-type": f"application/xml; charset={charset}" if charset else "application/xml",
            "content-location": url,
        },
        sanitize_html=False,
        resolve_relative_uris=True,
    )
    if not parsed.entries and not parsed.get("version"):
        raise FeedError(_no_feed(data))
    feed = ReadFeed(total=len(parsed.entries), damage=_damage(parsed))
    language = parsed.feed.get("language") or ""
    for number, raw in enumerate(parsed.entries, start=1):
        entry = _entry(raw, language=language, url=url)
        problem = words.missing(title=entry.title, link=entry.link)
        if problem:
            feed.problems.append(f"Entry {number} {problem}.")
        else:
            feed.entries.append(entry)
        if feed.is_full:
            break
    return feed


def _prepared(data: bytes, content_type: str) -> tuple[bytes, str]:
    """`data` as feedparser reads it best, and its charset if that is certain.

    `media:description` and `media:title` become credits with a role: feedparser takes them for the
    story's own, moves the body elsewhere, and of several keeps the last.
    """
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = _DECLARED.sub("", data.decode("utf-16", "replace")).encode()
    # White space before the declaration makes the strict parser give up.
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip()
    if data.count(b"<") > MAX_TAGS:
        raise FeedError(f"The feed has more than {MAX_TAGS:,} tags, more than we read.")
    for prefix in list(dict.fromkeys(_MEDIA.findall(data)))[:MAX_PREFIXES]:
        name = re.escape(prefix)
        data = re.sub(
            rb"<" + name + rb":(description|title)(?=[\s/>])[^<>]{0,500}?(/?)>",
            rb"<" + prefix + rb':credit role="picture-\1"\2>',
            data,
        )
        data = re.sub(
            rb"</" + name + rb":(?:description|title)\s*>", rb"</" + prefix + rb":credit>", data
        )
    return data, _charset(data, content_type)


def _charset(data: bytes, content_type: str) -> str:
    """What is valid UTF-8 is UTF-8, whatever the server says; ISO-2022 looks like it and is not."""
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        found = _CHARSET.search(content_type)
        return found[1] if found else ""
    return "" if b"iso-2022" in data[:200].lower() else "utf-8"


def _entry(raw: Any, *, language: str, url: str) -> Entry:
    summary, body, base = _texts(raw, url)
    picture = picture_of(raw, base=base) or pictures.first_in(body or summary, base=base)
    if picture and not body:
        body, picture = sanitizing.paragraphs(picture.caption), replace(picture, caption="")
    link = str(raw.get("feedburner_origlink") or raw.get("link") or "")
    return Entry(
        title=_title(raw),
        link=pictures.joined(url, link),
        guid=str(raw.get("id") or ""),
        summary=summary,
        body=body,
        base=base,
        picture=picture,
        authors=words.authors(_names(raw)),
        topics=words.topics(tag.get("label") or tag.get("term") or "" for tag in _tags(raw)),
        language=words.language(_language(raw), language),
        published_at=_published(raw),
    )


def _title(raw: Any) -> str:
    title = str(raw.get("title") or "")
    is_html = raw.get("title_detail", {}).get("type") in _HTML_TYPES
    return words.title(sanitizing.plain_text(title) if is_html else title)


def _texts(raw: Any, url: str) -> tuple[str, str, str]:
    """Summary and body as HTML, and the base of their links. A lone summary is the body."""
    detail = raw.get("summary_detail") or {}
    summary = _as_html(raw.get("summary") or "", detail.get("type", ""))
    contents = [one for one in raw.get("content") or [] if _is_text(one)]
    best: Any = max(contents, key=lambda one: len(one.get("value") or ""), default={})
    body = _as_html(best.get("value") or "", best.get("type", ""))
    base = best.get("base") or detail.get("base") or url
    if not body:
        return "", summary, base
    return ("" if summary == body else summary), body, base


def _as_html(value: str, kind: str) -> str:
    return sanitizing.paragraphs(value) if kind == "text/plain" else value


def _is_text(content: Any) -> bool:
    return content.get("type", "text/html") in {*_HTML_TYPES, "text/plain"}


def _names(raw: Any) -> list[str]:
    return [person.get("name") or "" for person in raw.get("authors") or []]


def _tags(raw: Any) -> list[Any]:
    return raw.get("tags") or []


def _language(raw: Any) -> str:
    details = [*(raw.get("content") or []), raw.get("title_detail") or {}]
    return next((one["language"] for one in details if one.get("language")), "")


def _published(raw: Any) -> datetime | None:
    """feedparser gives struct_time in UTC, or None for what it cannot read."""
    for key in ("published_parsed", "updated_parsed", "created_parsed"):
        # Not raw.get(), which gives the one where the other is missing, and warns of it.
        moment = dict.get(raw, key)
        if moment:
            try:
                found = datetime.fromtimestamp(calendar.timegm(moment), UTC)
            except (ValueError, OverflowError, OSError):
                continue
            if is_likely(found.date()):
                return found
    return None


def _damage(parsed: Any) -> str:
    fault = parsed.get("bozo_exception")
    if not parsed.get("bozo") or fault is None or isinstance(fault, _HARMLESS):
        return ""
    line = fault.getLineNumber() if hasattr(fault, "getLineNumber") else None
    where = f" in line {line}" if line else ""
    return f"The feed has a mistake{where}; what could be read was taken."


def _no_feed(data: bytes) -> str:
    if not data:
        return "The answer is empty."
    if b"<html" in data[:2000].lower() or b"<!doctype html" in data[:200].lower():
        return "This is a web page, not a feed."
    return "This is no feed in RSS, Atom or JSON Feed."
