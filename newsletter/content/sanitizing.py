"""Making safe what others wrote: HTML for article bodies, plain text for everything else."""

import html as entities
import re
import unicodedata
from functools import lru_cache

import nh3

from newsletter.content.paragraphing import in_paragraphs

_TAGS = (
    "p br hr h1 h2 h3 h4 ul ol li dl dt dd blockquote pre code em strong b i u s sub sup small "
    "a abbr cite q mark table thead tbody tr th td div"
)
# Gone with all that is in them. Pictures are shown only as our own copies, so captions go too.
_GONE = (
    "script style iframe object embed svg math noscript template textarea select button form "
    "audio video canvas title head figcaption"
)
_BLOCKS = (
    "p br hr div h1 h2 h3 h4 h5 h6 ul ol li dl dt dd blockquote pre table tr th td figure "
    "section article header footer"
)
_ATTRIBUTES = {"a": {"href"}, "ol": {"start"}, "td": {"colspan", "rowspan"}, "abbr": {"title"}}
_ATTRIBUTES["th"] = _ATTRIBUTES["td"]
_EMPTY = re.compile(
    r"<(p|a|li|ul|ol|h[1-4]|blockquote|strong|em|b|i|u|small)(?: [^>]*)?>"
    r"(?:\s|&nbsp;|\u00a0|<br>)*</\1>"
)
_MAIN_HEADING = re.compile(r"(</?)h1(?=[ >])")
_TAG = re.compile(r"<[^>]*>")
_SPACE = re.compile(r"\s+")
# Marks that turn the direction of the text around them: with them a headline can look like another.
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069\ufeff]")
_LETTERS_PER_WORD = 9
# Categories of Unicode: controls (NUL among them) and lone surrogates.
_REFUSED = {"Cc", "Cs"}
# Of opening and closing tags together.
MAX_TAGS = 5_000
MAX_LENGTH = 200_000


def clean_html(html: str, *, base: str = "") -> str:
    """Article HTML: an allow-list of tags, links to http, https and mailto only, no pictures.

    Scripts, styles, frames, forms and event handlers go. A page has one main heading, so `h1`
    becomes `h2`; loose text becomes paragraphs. Links relative to `base` are made absolute; without
    `base` they lose their href.
    """
    cleaner = _cleaner(base)
    cleaned = cleaner.clean(in_paragraphs(cleaner.clean(bounded(html))))
    cleaned = _MAIN_HEADING.sub(r"\1h2", cleaned)
    for _ in range(4):
        cleaned, gone = _EMPTY.subn("", cleaned)
        if not gone:
            break
    return cleaned.strip()


def plain_text(html: str) -> str:
    """The words of `html` in one line, entities resolved; to be escaped wherever it is shown."""
    blocks = nh3.clean(
        bounded(html),
        tags=set(_BLOCKS.split()),
        clean_content_tags=set(_GONE.split()),
        attributes={},
    )
    return one_line(entities.unescape(_TAG.sub(" ", blocks)))


def excerpt(html: str, words: int = 60) -> str:
    """At most the first `words` words of `html` as plain text, with "…" where it was cut.

    Scripts that do not part words by spaces are cut by length instead.
    """
    return shortened(plain_text(html), words=words)


def shortened(text: str, *, words: int) -> str:
    """At most the first `words` words of a line of plain text."""
    text = one_line(text)
    short = " ".join(text.split(" ")[:words])[: words * _LETTERS_PER_WORD]
    return short if short == text else short.rstrip(" ,;:.!?-–—…") + "…"  # noqa: RUF001


def paragraphs(text: str) -> str:
    """HTML paragraphs of plain text, one for each run of lines."""
    blocks = re.split(r"\n\s*\n", _storable(text).strip())
    return "".join(f"<p>{entities.escape(one_line(block))}</p>" for block in blocks if block)


def one_line(text: str) -> str:
    """`text` without line breaks, control characters and marks that turn the reading direction."""
    return _SPACE.sub(" ", _TURNING.sub("", _storable(text))).strip()


def bounded(html: str) -> str:
    """As much of `html` as a story can have: parsers take for ever over endless nested tags."""
    html = _storable(html[:MAX_LENGTH])
    return "<".join(html.split("<", MAX_TAGS)[:MAX_TAGS])


def is_storable(text: str) -> bool:
    """Whether `text` has neither control characters nor lone surrogates, as an address must not."""
    return text.isprintable() or not any(unicodedata.category(one) in _REFUSED for one in text)


def _storable(text: str) -> str:
    """`text` without what a database or a mail refuses: NUL, other controls, lone surrogates."""
    text = text.encode("utf-8", "replace").decode("utf-8")
    if text.isprintable():
        return text
    return "".join(
        letter for letter in text if letter in "\t\n\r" or unicodedata.category(letter) != "Cc"
    )


@lru_cache(maxsize=64)
def _cleaner(base: str) -> nh3.Cleaner:
    return nh3.Cleaner(
        tags=set(_TAGS.split()),
        clean_content_tags=set(_GONE.split()),
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener noreferrer nofollow",
        url_relative=("rewrite_with_base", base) if base else "deny",
    )
