"""The shape of `Revision.page`: what a digest says, as plain data.

The mail's two templates and the digest's web page are drawn from it. All strings are plain text
(the templates escape them), all links and picture addresses absolute.
"""

from typing import TypedDict


class PageImage(TypedDict):
    """Our own copy of a picture, in its real pixels."""

    url: str
    width: int
    height: int
    alt: str
    caption: str
    credit: str


class PageItem(TypedDict):
    """One story or text. `blurb` may hold blank lines between paragraphs; "" means absent."""

    kicker: str
    headline: str
    blurb: str
    # "" when it leads nowhere.
    link: str
    figure: str
    # Whose story it is when `link` leaves this site, else "".
    source: str
    # "rtl" or "ltr", by the first letter with a direction.
    dir: str
    image: PageImage | None


class PageSection(TypedDict):
    """A section with at least one item. `style` is one of `Section.Style`; `heading` may be ""."""

    key: str
    style: str
    heading: str
    items: list[PageItem]


class Page(TypedDict):
    """A whole digest. `date` is in words, in the newsletter's language; of a weekly one the days
    that it tells of."""

    title: str
    preheader: str
    newsletter: str
    layout: str
    language: str
    dir: str
    date: str
    # "2026-11-24", for <time datetime>.
    day: str
    minutes: int
    intro: str
    # First name of who wrote the intro, or "".
    signed: str
    sections: list[PageSection]
    sign_off: str
