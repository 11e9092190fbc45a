"""Pictures that somebody who cannot see them would miss."""

from collections.abc import Iterator

from newsletter.models import Image, Item, Section
from newsletter.release.readiness.material import Material
from newsletter.release.readiness.problem import Problem, note, stop


def problems(found: Material) -> Iterator[Problem]:
    """Each picture that is shown and has no description, or is still on its way."""
    for section in found.sections:
        shown = section.shows_pictures or section.style == Section.Style.PICTURE
        for item in section.items.all() if shown else ():
            image = _image(item)
            words = {"where": found.item(item), "about": str(item.pk)}
            if image is not None and image.is_ready and not _is_described(item):
                yield stop(
                    "no_alt",
                    f'The picture of "{item}" has no description for those who cannot see it.',
                    "Say in a few words what it shows.",
                    **words,
                )
            elif image is not None and image.state == Image.State.WAITING:
                yield note(
                    "picture_waiting",
                    f'The picture of "{item}" is still being fetched.',
                    "Wait a minute: once it is here, the mail looks different.",
                    **words,
                )


def _image(item: Item) -> Image | None:
    if item.no_image:
        return None
    return item.image or (item.article.hero if item.article else None)


def _is_described(item: Item) -> bool:
    """The title of a story serves for its own picture; what an editor put there wants words."""
    own = item.article is not None and item.image_id in {None, item.article.hero_id}
    return own or bool(item.image_alt.strip())
