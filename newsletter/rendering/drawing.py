"""What the mail's templates need beside the page: which part draws a section, sizes, styles."""

from typing import Any
from urllib.parse import urlsplit

from config.publisher import publisher
from newsletter.digests.layouts import Layout, layout_of
from newsletter.models import Digest, Section
from newsletter.rendering.counted_links import Ledger
from newsletter.rendering.links import page_of
from newsletter.rendering.page import Page, PageImage, PageItem, PageSection
from newsletter.rendering.pictures import fitted
from newsletter.rendering.promo import more_often
from newsletter.rendering.styles import SANS, inline
from newsletter.rendering.wording import one_line

# Columns of the mail: edge to edge, and with a gutter of 20 on both sides.
WIDE, NARROW = 600, 560
# With this many signs no mail program fills the preview line with words of the mail.
PREVIEW_LENGTH = 150
REPLY = "Reply to this mail: a person reads it."


def drawing(*, digest: Digest, page: Page, ledger: Ledger) -> dict[str, Any]:
    """The context of both templates of a digest; its counted links are noted in `ledger`."""
    newsletter, house = digest.newsletter, publisher()
    layout = layout_of(page["layout"])
    sections = [_section(section, layout, ledger) for section in page["sections"]]
    return {
        "page": page,
        "sections": sections,
        "preview_padding": "\u034f\u200c\u00a0" * max(0, PREVIEW_LENGTH - len(page["preheader"])),
        "intro": page["intro"].split("\n\n") if page["intro"] else [],
        "sign_off": _sign_off(page),
        "more_often": more_often(newsletter=newsletter) if layout.is_weekly else "",
        "promo_in_section": any(section["part"] == Section.Style.GOOD for section in sections),
        "publisher": house,
        "postal_address": postal_address(),
        "light": house.light,
        "dark": house.dark,
        "accent": newsletter.accent,
        "accent_colour": house.light[newsletter.accent],
        "accent_tint": house.light[f"{newsletter.accent}_tint"],
        "dark_accent": house.dark[newsletter.accent],
        "css": inline(newsletter.accent),
        "sans": SANS,
        "align": _align(page["dir"]),
        "web_url": page_of(digest),
        "newsletter_url": page_of(newsletter),
    }


def postal_address() -> str:
    """Name and address of the publisher, the name once."""
    house = publisher()
    if house.postal_address.startswith(house.name):
        return one_line(house.postal_address)
    return one_line(f"{house.name}, {house.postal_address}")


def _section(section: PageSection, layout: Layout, ledger: Ledger) -> dict[str, Any]:
    part = layout.parts.get(section["style"], section["style"])
    width = WIDE if part in layout.wide else NARROW
    items = [_item(item, width, section["heading"], ledger) for item in section["items"]]
    return {
        **section,
        "items": items,
        "part": part,
        "template": f"emails/digests/parts/{part}.mjml",
        "text_template": f"emails/digests/text/{part}.txt",
        # Below a section's own heading a story's is one deeper.
        "tag": "h3" if section["heading"] else "h2",
    }


def _item(item: PageItem, width: int, heading: str, ledger: Ledger) -> dict[str, Any]:
    image, headline = item["image"], item["headline"]
    lead_in = _lead_in(headline, item["blurb"])
    link_text = headline or urlsplit(item["link"]).hostname or ""
    return {
        **item,
        # Picture and headline of a story lead to one place, and count as one link.
        "link": ledger.address(item["link"], label=headline or heading or link_text),
        "paragraphs": item["blurb"].split("\n\n") if item["blurb"] else [],
        "drawn": fitted(image=image, width=width) if image else None,
        "align": _align(item["dir"]),
        # A headline that words follow on the same line.
        "caption": _caption(image) if image else "",
        "lead_in": lead_in,
        "brief": " ".join(filter(None, [lead_in, *item["blurb"].split(), item["source"]])),
        "link_text": link_text,
    }


def _lead_in(headline: str, words: str) -> str:
    """A headline as the start of a line of words: they may go on with its sentence."""
    runs_on = words[:1].islower() or headline[-1:] in ".!?…:"
    return headline if runs_on or not headline else f"{headline}."


def _caption(image: PageImage) -> str:
    caption, credit = image["caption"], image["credit"]
    ends = caption[-1:] in ".!?…"
    return (" " if ends else " · ").join(filter(None, (caption, credit)))


def _align(direction: str) -> str:
    return "right" if direction == "rtl" else "left"


def _sign_off(page: Page) -> list[str]:
    lines = page["sign_off"].split("\n\n") if page["sign_off"] else []
    return lines if REPLY in page["sign_off"] else [*lines, REPLY]
