"""The drawn pictures: one each for stories and people, all different, never grey boxes."""

from io import BytesIO

import pytest
from PIL import Image

from newsletter.demo import pictures
from newsletter.demo.reading import all_stories, publication

THUMBNAIL = (32, 18)


def opened(name: str) -> Image.Image:
    return Image.open(BytesIO(pictures.draw(name)))


@pytest.fixture(scope="module")
def drawn() -> dict[str, Image.Image]:
    return {name: opened(name) for name in pictures.SCENES}


def test_every_story_newsletter_and_writer_has_a_picture_of_its_own() -> None:
    names = [story.picture for story in all_stories()]
    names += [one["picture"] for kind in ("newsletter", "author") for one in publication()[kind]]

    assert len(names) == 54
    assert sorted(names) == sorted(pictures.SCENES)


def test_no_two_pictures_are_alike(drawn: dict[str, Image.Image]) -> None:
    small = {name: image.convert("RGB").resize(THUMBNAIL) for name, image in drawn.items()}
    names = sorted(small)
    alike = [
        (one, other)
        for place, one in enumerate(names)
        for other in names[place + 1 :]
        if distance(small[one], small[other]) < 12
    ]

    assert alike == []


def test_every_picture_is_wide_and_colourful(drawn: dict[str, Image.Image]) -> None:
    for name, image in drawn.items():
        assert image.size == (1600, 900), name
        colours = image.convert("RGB").resize((160, 90)).quantize(32).getcolors() or []
        assert len(colours) >= 8, name
        assert max(count for count, _ in colours) < 0.7 * 160 * 90, name


def test_a_picture_is_the_same_each_time() -> None:
    assert pictures.draw("marsh") == pictures.draw("marsh")


def distance(one: Image.Image, other: Image.Image) -> float:
    """Mean difference of the channels, 0 to 255."""
    pairs = zip(one.tobytes(), other.tobytes(), strict=True)
    return sum(abs(a - b) for a, b in pairs) / (THUMBNAIL[0] * THUMBNAIL[1] * 3)
