"""Finding the picture in the HTML of a story."""

import re
from html.parser import HTMLParser
from urllib.parse import urljoin

import nh3

from newsletter.content import sanitizing
from newsletter.content.entries import Picture

# Smaller ones are counters and icons.
MIN_SIDE = 50
IMAGE_ENDINGS = (".jpg", ".jpeg", ".png", ".webp", ".gif", ".avif")
# What browsers leave out of an address.
_BROKEN = re.compile(r"[\t\r\n]")
_TIDY = nh3.Cleaner(
    tags={"img", "figure", "figcaption", "p"},
    clean_content_tags={"script", "style", "noscript"},
    attributes={
        "img": {"src", "data-src", "alt", "width", "height", "data-caption", "data-credit"}
    },
    url_relative="pass_through",
)


def first_in(html: str, *, base: str) -> Picture | None:
    """The first real picture in `html` with its alt, caption and credit, if it has one."""
    if "<img" not in html.lower():
        return None
    finder = _Finder(base)
    # Tidied first: Python's parser needs for ever for tags that do not end.
    finder.feed(_TIDY.clean(sanitizing.bounded(html)))
    finder.close()
    return finder.picture()


class _Finder(HTMLParser):
    """Remembers the first `img` and the `figcaption` of its figure."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=True)
        self._base = base
        self._found: dict[str, str] | None = None
        self._in_caption = False
        self._caption_open = True
        self._caption: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "img" and self._found is None:
            self._consider({name: value or "" for name, value in attrs})
        elif tag == "figcaption" and self._found is not None and self._caption_open:
            self._in_caption = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "figcaption":
            self._in_caption = False
        # A caption that comes after other text belongs to another picture.
        if tag in {"figure", "p"} and self._found is not None:
            self._caption_open = self._caption_open and tag == "p" and not self._caption
            if tag == "figure":
                self._caption_open = False

    def handle_data(self, data: str) -> None:
        if self._in_caption:
            self._caption.append(data)

    def _consider(self, attributes: dict[str, str]) -> None:
        source = attributes.get("src", "")
        if not source or source.startswith("data:"):
            source = attributes.get("data-src", "")
        address = joined(self._base, source)
        if address and not _is_tiny(attributes):
            self._found = {**attributes, "src": address}

    def picture(self) -> Picture | None:
        """What was found."""
        if self._found is None:
            return None
        caption = self._found.get("data-caption") or "".join(self._caption)
        return Picture(
            url=self._found["src"],
            alt=sanitizing.plain_text(self._found.get("alt", "")),
            caption=sanitizing.plain_text(caption),
            credit=sanitizing.plain_text(self._found.get("data-credit", "")),
        )


def joined(base: str, address: str) -> str:
    """`address` made absolute, or nothing if it is not on the web or no database would take it."""
    address = _BROKEN.sub("", address).strip()
    try:
        whole = urljoin(base, address) if address else ""
    except ValueError:
        return ""
    return whole if is_address(whole) else ""


def is_address(url: str) -> bool:
    """Whether `url` is a whole address on the web that a database can hold."""
    return url.startswith(("http://", "https://")) and sanitizing.is_storable(url)


def _is_tiny(attributes: dict[str, str]) -> bool:
    sides = (attributes.get(side, "").removesuffix("px") for side in ("width", "height"))
    return any(side.isdecimal() and int(side) < MIN_SIDE for side in sides)
