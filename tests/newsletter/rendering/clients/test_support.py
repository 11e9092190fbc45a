"""Each tag, attribute, property and rule of our mails, in the five programs most mail is read with.

Apple Mail, Gmail, Outlook, Yahoo and Samsung Email, each on all platforms that caniemail.com tests.
"""

import json

import pytest

from tests.newsletter.rendering.clients.fallbacks import FALLBACKS, UNLISTED
from tests.newsletter.rendering.clients.renew import FAMILIES, FILE
from tests.newsletter.rendering.clients.usage import Usage
from tests.newsletter.rendering.samples import SAMPLES, filled_html

pytestmark = pytest.mark.django_db

DATA = json.loads(FILE.read_text(encoding="utf-8"))["features"]


def lacking(feature: str) -> list[str]:
    """The programs that do not support a feature, or only in part."""
    return [program for program, answer in DATA[feature].items() if answer in {"n", "a"}]


def without_a_fallback(html: str) -> dict[str, list[str]]:
    """Feature -> programs in which it is missed; of unknown ones none is named."""
    used = Usage(html).features - UNLISTED.keys() - FALLBACKS.keys()
    return {
        feature: lacking(feature) if feature in DATA else ["not in the data"]
        for feature in used
        if feature not in DATA or lacking(feature)
    }


@pytest.mark.parametrize("sample", SAMPLES)
def test_nothing_is_used_that_a_program_lacks_without_a_fallback(sample):
    assert without_a_fallback(filled_html(sample())) == {}


def test_each_fallback_is_for_something_that_is_used_and_lacking():
    used = set().union(*(Usage(filled_html(sample())).features for sample in SAMPLES))

    assert used >= FALLBACKS.keys() | UNLISTED.keys()
    assert all(lacking(feature) for feature in FALLBACKS)
    assert not UNLISTED.keys() & DATA.keys()


@pytest.mark.parametrize(
    ("html", "feature"),
    [
        ('<p style="position:absolute">x</p>', "css-position"),
        ('<p style="display:flex">x</p>', "css-display-flex"),
        ('<p style="margin:1vw">x</p>', "css-unit-vw"),
        ('<p style="width:calc(1px + 2px)">x</p>', "css-function-calc"),
        ("<style>@font-face{font-family:x}</style>", "css-at-font-face"),
        ("<style>@media (hover:hover){p{color:#123456}}</style>", "css-at-media-hover"),
        ("<style>a:hover{color:#123456}</style>", "css-pseudo-class-hover"),
        ("<style>a+b{gap:1px}</style>", "css-gap"),
        ("<video></video>", "html-video"),
        ('<img srcset="x">', "html-srcset"),
        ("<made-up></made-up>", "html-made-up"),
    ],
)
def test_what_is_not_safe_is_found(html, feature):
    assert feature in without_a_fallback(html)


def test_the_data_is_of_the_five():
    named = {program.split()[0] for programs in DATA.values() for program in programs}

    assert named == set(FAMILIES)
