"""The picture that an RSS or Atom entry names beside its text (Media RSS 1.5.1, enclosures)."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from newsletter.content import sanitizing
from newsletter.content.entries import Picture
from newsletter.content.pictures import IMAGE_ENDINGS, joined


def picture_of(raw: Any, *, base: str) -> Picture | None:
    """The widest `media:content`, else `media:thumbnail`, else an enclosed picture, or None."""
    for address in _addresses(raw):
        if found := joined(base, address):
            return Picture(
                url=found,
                alt=_told(raw, "picture-title"),
                caption=_told(raw, "picture-description"),
                credit=_told(raw, ""),
            )
    return None


def _addresses(raw: Any) -> Iterator[str]:
    contents = [one for one in raw.get("media_content") or [] if _is_picture(one)]
    for group in (contents, raw.get("media_thumbnail") or []):
        if group:
            yield max(group, key=_width).get("url") or ""
    for link in raw.get("links") or []:
        if link.get("rel") == "enclosure" and _is_picture(link):
            yield link.get("href") or ""


def _is_picture(holder: Any) -> bool:
    kind = holder.get("type") or ""
    if kind or holder.get("medium"):
        return kind.startswith("image/") or holder.get("medium") == "image"
    try:
        path = urlsplit(holder.get("url") or holder.get("href") or "").path
    except ValueError:
        return False
    return path.lower().endswith(IMAGE_ENDINGS)


def _width(holder: Any) -> int:
    width = holder.get("width") or ""
    return int(width) if width.isdecimal() else 0


def _told(raw: Any, role: str) -> str:
    """The first credit of that role; `xml_feed` turns caption and title of pictures into such."""
    for credit in raw.get("media_credit") or []:
        given = credit.get("role") or ""
        text = sanitizing.plain_text(credit.get("content") or "")
        if text and (given == role if role else not given.startswith("picture-")):
            return text
    return ""
