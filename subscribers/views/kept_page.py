"""A page that is the same for everybody but for one word, rendered once a second at most."""

import secrets
import time
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language

from subscribers import offers

# Stands for the word in what is kept; nobody outside can know it.
_MARK = secrets.token_hex(16)
_MOST_KEPT = 200

_kept: dict[tuple[Any, ...], tuple[float, str]] = {}


def filled(
    request: HttpRequest, template: str, context: dict[str, Any], *, name: str, word: str
) -> str:
    """`template` with `word`, escaped, for its variable `name`; the rest may be a second old.

    Pages are told apart by template, language and `context`, whose values must be hashable. What
    else the template shows must be the same for everybody.
    """
    key = (template, get_language(), *sorted(context.items()))
    until, page = _kept.get(key, (0.0, ""))
    now = time.monotonic()
    if now >= until:
        page = render_to_string(template, {**context, name: _MARK}, request)
        if len(_kept) >= _MOST_KEPT:
            _kept.clear()
        _kept[key] = now + offers.KEPT, page
    return page.replace(_MARK, escape(word))
