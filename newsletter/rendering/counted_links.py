"""Links of a mail that lead through this site, so that clicks can be counted.

The address in the mail holds a number and whose mail it is, never the target: that is looked up in
the frozen revision, so nobody can make this site lead elsewhere.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import TypedDict

from newsletter.rendering.links import absolute

PATH = "/c/"
_ADDRESS = re.compile(rf"https?://[^\s\"'<>]*?{PATH}(\d+)\.@@reader@@")


class CountedLink(TypedDict):
    """Where a link leads, and what an editor knows it by. Its number is its place in the list."""

    url: str
    label: str


class Ledger:
    """Collects the links of one mail while it is drawn; `counts`: False leaves them direct."""

    def __init__(self, *, counts: bool) -> None:
        self.links: list[CountedLink] = []
        self._counts = counts

    def address(self, url: str, *, label: str) -> str:
        """The address to write into the mail for `url`; "" stays "" (it leads nowhere)."""
        if not url or not self._counts:
            return url
        self.links.append(CountedLink(url=url, label=label))
        return f"{absolute(PATH)}{len(self.links) - 1}.@@reader@@"


def direct_html(html: str, links: Sequence[CountedLink]) -> str:
    """`html` with its counted links leading straight to their targets, for looking at it."""
    return _ADDRESS.sub(lambda found: escape(links[int(found[1])]["url"]), html)


def direct_text(text: str, links: Sequence[CountedLink]) -> str:
    """The same for plain text."""
    return _ADDRESS.sub(lambda found: links[int(found[1])]["url"], text)
