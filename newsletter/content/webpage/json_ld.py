"""What a page tells search engines: JSON-LD with the words of schema.org."""

import json
from collections import deque
from collections.abc import Iterator
from itertools import islice
from typing import Any

from newsletter.content import identity, sanitizing, words
from newsletter.content.webpage.document import Document
from newsletter.content.webpage.facts import Facts, Person

MAX_NODES = 2_000
BIOGRAPHY_WORDS = 60
_STORIES = {"BlogPosting", "LiveBlogPosting", "Report", "Review"}
Node = dict[str, Any]


def facts_of(document: Document) -> Facts:
    """The facts of the page's story; none if its data tells of no story or cannot be read."""
    nodes = list(islice(_nodes(document), MAX_NODES))
    stories = [node for node in nodes if _is_story(node)]
    if not stories:
        return Facts()
    story = next((node for node in stories if _is_of(node, document.url)), stories[0])
    by_id = {str(node["@id"]): node for node in reversed(nodes) if len(node) > 1 and "@id" in node}
    return _Reader(by_id=by_id, document=document).facts(story)


def _nodes(document: Document) -> Iterator[Node]:
    """All objects, those nearest to the top first."""
    queue: deque[Any] = deque(filter(None, map(_loaded, document.data)))
    while queue:
        found = queue.popleft()
        if isinstance(found, dict):
            yield found
            queue.extend(value for value in found.values() if isinstance(value, dict | list))
        elif isinstance(found, list):
            queue.extend(found[:MAX_NODES])


def _loaded(text: str) -> Any:
    text = text.strip().removeprefix("<!--").removesuffix("-->").strip().rstrip(";")
    try:
        return json.loads(text, strict=False)
    except (ValueError, RecursionError):
        return None


def _types(node: Node) -> list[str]:
    said = node.get("@type")
    return [str(one).rpartition("/")[2] for one in (said if isinstance(said, list) else [said])]


def _is_story(node: Node) -> bool:
    named = any(one in _STORIES or one.endswith("Article") for one in _types(node))
    return named and bool(node.get("headline") or node.get("name"))


def _is_of(node: Node, url: str) -> bool:
    page = node.get("mainEntityOfPage")
    said = node.get("url") or (page.get("@id") if isinstance(page, dict) else page)
    try:
        return isinstance(said, str) and identity.link_key(said) == identity.link_key(url)
    except ValueError:
        return False


class _Reader:
    """Reads one story, following references to other objects by their `@id`."""

    def __init__(self, *, by_id: dict[str, Node], document: Document) -> None:
        self._by_id = by_id
        self._document = document

    def facts(self, story: Node) -> Facts:
        image = self._image(story.get("image")) or self._image(story.get("thumbnailUrl"))
        said = image or {}
        language = story.get("inLanguage")
        if isinstance(language, dict):
            language = language.get("alternateName")
        return Facts(
            title=words.title(_line(story.get("headline") or story.get("name"))),
            dek=_line(story.get("description") or story.get("alternativeHeadline")),
            picture=said.get("picture", ""),
            caption=said.get("caption", ""),
            credit=said.get("credit", ""),
            people=self._people(story.get("author") or story.get("creator")),
            published_at=words.moment(_line(story.get("datePublished"))),
            language=_line(language),
            site=next((person.name for person in self._people(story.get("publisher"))), ""),
            is_paid=str(story.get("isAccessibleForFree", "")).lower() == "false",
        )

    def _each(self, value: Any) -> list[Any]:
        """`value` as a list, with what is only named by `@id` in full."""
        values = value if isinstance(value, list) else [value]
        return [
            self._by_id.get(str(one.get("@id")), one) if isinstance(one, dict) else one
            for one in values[:50]
        ]

    def _image(self, value: Any) -> dict[str, str] | None:
        found = [self._described(one) for one in self._each(value)]
        pictures = [one for one in found if one["picture"]]
        return max(pictures, key=lambda one: _number(one["width"]), default=None)

    def _described(self, image: Any) -> dict[str, str]:
        if not isinstance(image, dict):
            return {"picture": self._document.joined(_text(image)), "width": ""}
        by = (*self._people(image.get("creator")), *self._people(image.get("author")))
        width = image.get("width")
        return {
            "picture": self._document.joined(_text(image.get("url") or image.get("contentUrl"))),
            "width": _text(width.get("value") if isinstance(width, dict) else width),
            "caption": _line(image.get("caption")),
            "credit": _line(image.get("creditText")) or ", ".join(one.name for one in by),
        }

    def _people(self, value: Any) -> tuple[Person, ...]:
        about: dict[str, str] = {}
        for one in self._each(value):
            name, biography = one, ""
            if isinstance(one, dict):
                name, biography = one.get("name"), _line(one.get("description"))
            for each in name if isinstance(name, list) else [name]:
                about.setdefault(_line(each), biography)
        return tuple(
            Person(name, sanitizing.shortened(about.get(name, ""), words=BIOGRAPHY_WORDS))
            for name in words.authors(about)
        )


def _text(value: Any) -> str:
    if isinstance(value, list):
        value = value[0] if value else ""
    return str(value) if isinstance(value, str | int | float) else ""


def _line(value: Any) -> str:
    if isinstance(value, dict):
        value = value.get("@value") or value.get("name")
    return sanitizing.plain_text(_text(value))


def _number(text: str) -> int:
    digits = text.removesuffix("px").strip()
    return int(digits) if digits.isdecimal() and len(digits) < 6 else 0
