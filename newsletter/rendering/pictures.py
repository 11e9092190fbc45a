"""Pictures in a digest: our own copies only, with sizes that fit the mail."""

from dataclasses import dataclass

from newsletter.models import Image, Item
from newsletter.rendering.links import absolute
from newsletter.rendering.page import PageImage
from newsletter.rendering.wording import one_line

# Taller than this a picture would push its story off a phone's screen.
TALLEST = 700


@dataclass(frozen=True, slots=True)
class Size:
    """Width and height in CSS pixels."""

    width: int
    height: int


def fitted(*, image: PageImage, width: int) -> Size:
    """The size at which a picture is drawn: at most `width` wide, never enlarged."""
    scale = min(1.0, width / image["width"], TALLEST / image["height"])
    return Size(max(1, round(image["width"] * scale)), max(1, round(image["height"] * scale)))


def picture_of(item: Item) -> PageImage | None:
    """The item's own picture, else its article's; None if it is to have none, or without a copy."""
    if item.no_image:
        return None
    article = item.article
    own = item.image is not None
    image = item.image if own else (article.hero if article else None)
    if image is None or (copy := _copy(image)) is None:
        return None
    url, size = copy
    # A caption and a credit belong to the story's own picture, not to one put in its place.
    words = article if article and (not own or item.image_id == article.hero_id) else None
    caption = one_line(words.caption) if words else ""
    # A source seldom describes its pictures; the title is better than silence.
    story_alt = (one_line(words.hero_alt) or caption or one_line(words.title)) if words else ""
    return PageImage(
        url=absolute(url),
        width=size.width,
        height=size.height,
        alt=one_line(item.image_alt) or story_alt,
        caption=caption,
        credit=one_line(words.credit) if words else "",
    )


def _copy(image: Image) -> tuple[str, Size] | None:
    """The larger of our two copies (sharp on dense screens)."""
    if not image.is_ready:
        return None
    if image.large and image.large_width and image.large_height:
        return image.large.url, Size(image.large_width, image.large_height)
    if image.small and image.small_width and image.small_height:
        return image.small.url, Size(image.small_width, image.small_height)
    return None
