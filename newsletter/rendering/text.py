"""The plain-text part: a template of its own, since text made out of table HTML reads badly."""

import re
from typing import Any

from django.template.loader import render_to_string

_GAPS = re.compile(r"\n{3,}")
# A line that only some readers get hangs on the one before, so that it leaves no gap.
_OPTIONAL = re.compile(r"\s*@@promo_text@@\s*")
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)


def to_text(*, layout: str, context: dict[str, Any]) -> str:
    """format=plain text, wrapped at 72 signs but for links, which stand on a line of their own."""
    drawn = render_to_string(f"emails/digests/{layout}.txt", context)
    glued = _OPTIONAL.sub("@@promo_text@@\n\n", drawn)
    return _GAPS.sub("\n\n", _TRAILING.sub("", glued)).strip() + "\n"
