"""Inline styles of the mails, made of the publisher's colours.

Inline, because some mail programs read no style sheet; the classes beside them exist only for dark
mode and phones.
"""

from functools import cache

from config.publisher import publisher

# No quotes around the names: they would be escaped in every style attribute.
SERIF = "Georgia,Noto Serif,Liberation Serif,serif"
SANS = "Arial,Liberation Sans,sans-serif"


def _type(size: int, line: int, *, family: str = SANS, weight: int = 400, colour: str) -> str:
    return (
        f"font-family:{family};font-size:{size}px;line-height:{line}px;"
        f"font-weight:{weight};color:{colour}"
    )


@cache
def inline(accent: str) -> dict[str, str]:
    """Element -> style, for a newsletter whose accent is the colour named `accent`."""
    light = publisher().light
    ink, slate, colour = light["ink"], light["slate"], light[accent]
    small = _type(14, 20, colour=slate)
    return {
        "eyebrow": f"margin:0 0 4px;{_type(14, 20, weight=700, colour=colour)}",
        "h1": f"margin:0;{_type(28, 34, family=SERIF, weight=700, colour=ink)}",
        "h1_large": f"margin:0;{_type(36, 42, family=SERIF, weight=700, colour=ink)}",
        "h2": f"margin:0 0 12px;{_type(14, 20, weight=700, colour=colour)}",
        "h2_leaf": f"margin:0 0 12px;{_type(14, 20, weight=700, colour=light['leaf'])}",
        "h2_slate": f"margin:0 0 4px;{_type(14, 20, weight=700, colour=slate)}",
        "lead": f"margin:0 0 8px;{_type(28, 34, family=SERIF, weight=700, colour=ink)}",
        "h3": f"margin:0 0 8px;{_type(22, 28, family=SERIF, weight=700, colour=ink)}",
        "h3_text": f"margin:0 0 4px;{_type(17, 27, weight=700, colour=ink)}",
        "h3_inline": f"display:inline;margin:0;{_type(17, 27, weight=700, colour=ink)}",
        "hello": f"margin:0 0 8px;{_type(20, 28, family=SERIF, colour=ink)}",
        "p": f"margin:0 0 12px;{_type(17, 27, colour=ink)}",
        "p_inline": f"display:inline;margin:0;{_type(17, 27, colour=ink)}",
        "kicker": f"margin:0 0 4px;{_type(14, 20, weight=700, colour=slate)}",
        "promo": f"margin:0 0 12px;{_type(17, 27, weight=700, colour=colour)}",
        "signed": f"margin:0;{_type(17, 27, weight=700, colour=ink)}",
        "strapline": f"margin:4px 0 0;{_type(17, 27, colour=ink)}",
        "the_week": f"margin:4px 0;{_type(22, 28, family=SERIF, weight=700, colour=colour)}",
        "masthead_date": f"margin:0;{_type(14, 20, colour=ink)}",
        "source": small,
        "footer_links": f"margin:0 0 8px;{_type(14, 28, colour=slate)}",
        "small": f"margin:0 0 8px;{small}",
        "date": f"margin:4px 0 0;{small}",
        "caption": f"margin:8px 0 16px;{small}",
        "figure": f"margin:0 0 4px;{_type(36, 42, family=SERIF, weight=700, colour=colour)}",
        "blockquote": f"margin:0 0 8px;padding:4px 0 4px 16px;border-left:4px solid {colour}",
        "quote": f"margin:0;{_type(20, 28, family=SERIF, colour=ink)}",
        "link": f"color:{colour};text-decoration:underline",
        "link_leaf": f"color:{light['leaf']};text-decoration:underline",
        "link_slate": f"color:{slate};text-decoration:underline",
        "link_footer": f"color:{slate};text-decoration:underline;white-space:nowrap",
        "headline": f"color:{ink};text-decoration:none",
        # Seen while the picture is not: its description, readable, on a quiet ground.
        "alt": f"display:block;border:0;{_type(17, 27, colour=ink)};background:{light['card']}",
    }
