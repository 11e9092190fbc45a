"""Pictures that somebody who cannot see them would miss."""

from collections.abc import Iterator

from newsletter.models import Item, Section
from newsletter.release.readiness.material import Material
from newsletter.release.readiness.problem import Problem, stop


def problems(found: Material) -> Iterator[Problem]:
    """Each picture that is shown and has no description."""
    for section in found.sections:
        shown = section.shows_pictures or section.style == Section.Style.PICTURE
        for item in section.items.all() if shown else ():
            if _has_picture(item) and not _is_described(item):
                yield stop(
                    "no_alt",
                    f'The picture of "{item}" has no description for those who cannot see it.',
                    "Say in a few words what it shows.",
                    where=found.item(item),
                    about=str(item.pk),
                )


def _has_picture(item: Item) -> bool:
    image = item.image or (item.article.hero if item.article else None)
    return image is not None and image.is_ready and not item.no_image


def _is_described(item: Item) -> bool:
    article = item.article
    if item.image_alt.strip() or article is None:
        return bool(item.image_alt.strip())
    own = item.image_id is None or item.image_id == article.hero_id
    return own and bool(article.hero_alt.strip() or article.caption.strip())
