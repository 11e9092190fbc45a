"""Giving loose text its paragraphs: many feeds send lines parted by `br` or `div`."""

import re

_BLOCKS = "p|ul|ol|dl|blockquote|pre|table|h[1-6]"
_PIECE = re.compile(
    rf"<(?P<close>/?)(?P<block>{_BLOCKS})(?: [^>]*)?>|(?P<gap><hr>|</?div>|(?:<br>\s*){{2,}})"
)


def in_paragraphs(html: str) -> str:
    """`html` (well-formed, from a sanitiser) with each run of text outside of blocks in a `p`.

    `div` goes: its borders are where a paragraph ends. Sanitise the result once more: an inline
    element that reaches over a block is cut by this.
    """
    out: list[str] = []
    depth = start = 0
    for piece in _PIECE.finditer(html):
        if depth == 0:
            out.append(_paragraph(html[start : piece.start()]))
        else:
            out.append(html[start : piece.start()])
        out.append(_kept(piece, depth))
        if piece["block"]:
            depth = max(0, depth + (-1 if piece["close"] else 1))
        start = piece.end()
    out.append(_paragraph(html[start:]) if depth == 0 else html[start:])
    return "".join(out)


def _kept(piece: re.Match[str], depth: int) -> str:
    if piece["block"] or piece[0] == "<hr>":
        return piece[0]
    if depth == 0:
        return ""
    return "<br>" if piece[0].startswith("<br") else " "


def _paragraph(run: str) -> str:
    run = run.strip().removeprefix("<br>").removesuffix("<br>").strip()
    return f"<p>{run}</p>" if run else ""
