"""The commands of docs/production.md, as they stand there."""

import re
from dataclasses import dataclass

from tests.servers import ROOT

PAGE = ROOT / "docs" / "production.md"
_PIECE = re.compile(
    r"^## (?P<heading>.+)$|^```(?P<info>.*)\n(?P<text>(?:.*\n)*?)```$", re.MULTILINE
)


@dataclass(frozen=True)
class Block:
    """`elsewhere`: it needs a public name, a person or another machine."""

    heading: str
    text: str
    elsewhere: bool


def blocks() -> list[Block]:
    """All blocks of shell commands, in order."""
    heading, found = "", []
    for piece in _PIECE.finditer(PAGE.read_text(encoding="utf-8")):
        if piece["heading"]:
            heading = piece["heading"]
        else:
            assert piece["info"] in {"sh", "sh elsewhere"}, f"not shell: {piece['text']}"
            found.append(Block(heading, piece["text"], piece["info"] == "sh elsewhere"))
    return found
