"""All words can be read, in light and in dark mode."""

import pytest

from tests.newsletter.rendering.colours import words_of
from tests.newsletter.rendering.samples import SAMPLES, filled_html

pytestmark = pytest.mark.django_db

# WCAG 2.2, 1.4.3.
FLOOR = 4.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("sample", SAMPLES)
def test_every_word_stands_out_from_its_ground(sample, dark):
    words = words_of(filled_html(sample()), dark=dark)

    assert len(words) > 25
    assert [one for one in words if one.contrast < FLOOR] == []


@pytest.mark.parametrize("sample", SAMPLES)
def test_dark_mode_leaves_no_light_ground(sample):
    grounds = {one.ground for one in words_of(filled_html(sample()), dark=True)}

    assert grounds <= {"#0F161D", "#18222C"}


def test_pale_words_are_found():
    html = filled_html(SAMPLES[0]()).replace("color:#4A5B6B", "color:#B0B8C0")

    assert any(one.contrast < FLOOR for one in words_of(html, dark=False))


def test_a_missing_dark_colour_is_found():
    html = filled_html(SAMPLES[0]()).replace(".slate{", ".gone{")

    assert any(one.contrast < FLOOR for one in words_of(html, dark=True))
