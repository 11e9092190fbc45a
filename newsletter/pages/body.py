"""An article's body, parted where the banner and the sign-up box stand between paragraphs."""

import re
from dataclasses import dataclass

from newsletter.content.sanitizing import clean_html

BANNER_AFTER = 2
BOX_AFTER = 3
# Under this many both stand at the end: a box in the middle would cut a short story in two.
FEWEST_TO_PART = 4

# A whole tag with its quoted values, so that a "<" inside a value is not taken for one.
_TAG = re.compile(r'<(?P<close>/?)(?P<name>[a-z][a-z0-9]*)(?:[^>"]|"[^"]*")*>')
_HOLDS_PARAGRAPHS = {"ul", "ol", "dl", "blockquote", "table", "pre", "div"}


@dataclass(frozen=True, slots=True)
class Parts:
    """Safe HTML: before the banner, between banner and box, after the box."""

    opening: str
    middle: str
    rest: str


def parts(html: str) -> Parts:
    """`html` sanitised once more (an editor may have typed it) and parted after paragraphs.

    Paragraphs inside lists, quotations and tables do not count.
    """
    html = clean_html(html)
    ends = _paragraph_ends(html)
    if len(ends) < FEWEST_TO_PART:
        return Parts(opening=html, middle="", rest="")
    banner, box = ends[BANNER_AFTER - 1], ends[BOX_AFTER - 1]
    return Parts(opening=html[:banner], middle=html[banner:box], rest=html[box:])


def _paragraph_ends(html: str) -> list[int]:
    """Where each paragraph of the outermost level ends."""
    ends: list[int] = []
    depth = 0
    for tag in _TAG.finditer(html):
        if tag["name"] in _HOLDS_PARAGRAPHS:
            depth += -1 if tag["close"] else 1
        elif tag["name"] == "p" and tag["close"] and depth == 0:
            ends.append(tag.end())
    return ends
