"""A state as a chip: an icon and a word, so that it is never said by colour alone."""

from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString


@dataclass(frozen=True, slots=True)
class Look:
    """`icon` is a name in Material Symbols; `tone` a colour of the publisher's file."""

    icon: str
    tone: str


def chip(*, look: Look, word: str) -> SafeString:
    """The chip as HTML; the icon is hidden from screen readers, which get the word."""
    return format_html(
        '<span class="desk-chip desk-{}">'
        '<span class="material-symbols-outlined" aria-hidden="true">{}</span>{}</span>',
        look.tone,
        look.icon,
        word,
    )
