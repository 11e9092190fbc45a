"""Cells that a spreadsheet would run as a formula: made harmless on the way out, plain again in.

`plain(harmless(text)) == text` for every text, so an export that is imported loses nothing.
"""

import re

# With one of these first a spreadsheet takes a text for a formula (OWASP, "CSV Injection"); also as
# wide as a Chinese letter.
_SIGNS = re.escape("=+-@\uff1d\uff0b\uff0d\uff20")
# A cell begins at the start, and for a spreadsheet that parts cells otherwise, behind a separator.
_BEGINS = r"((?:^|[;|\t\r\n])[ \t]*)"
_FORMULA = re.compile(rf"{_BEGINS}(?='*[{_SIGNS}])")
_ARMOURED = re.compile(rf"{_BEGINS}'(?='*[{_SIGNS}])")
# Some throw these away and look at what follows.
_BREAK = re.compile(r"'*[\t\r\n]")
_ARMOURED_BREAK = re.compile(r"''*[\t\r\n]")


# Almost every cell: it begins with a letter or digit, and nothing in it begins another.
_HARMLESS = re.compile(r"\w[^;|\t\r\n]*")


def harmless(text: str) -> str:
    """`text` with an apostrophe before each sign that would begin a formula."""
    if not text or _HARMLESS.fullmatch(text):
        return text
    inside = _FORMULA.sub(r"\1'", text)
    return f"'{inside}" if _BREAK.match(inside) else inside


def plain(text: str) -> str:
    """`text` without the apostrophes that `harmless` put there."""
    if "'" not in text:
        return text
    inside = text[1:] if _ARMOURED_BREAK.match(text) else text
    return _ARMOURED.sub(r"\1", inside)
