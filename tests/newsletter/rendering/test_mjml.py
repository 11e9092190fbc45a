"""MJML that would not do what it says is refused."""

import pytest

from newsletter.rendering.mjml import MjmlError, to_html

FRAME = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"


def test_it_makes_html():
    html = to_html(FRAME.format('<mj-text color="#15202B"><p class="ink">Words</p></mj-text>'))

    assert '<p class="ink">Words</p>' in html


@pytest.mark.parametrize(
    ("mjml", "named"),
    [
        (FRAME.format("<mj-txt>Words</mj-txt>"), "mj-txt"),
        (FRAME.format('<mj-text colour="red">Words</mj-text>'), "'colour'"),
        (FRAME.format("<mj-text color=\"red\" padd='1px'>Words</mj-text>"), "'padd'"),
        (FRAME.format("<p>Words</p>"), "<p>"),
        (FRAME.format("<mj-section></mj-section>"), "mj-section"),
        (FRAME.format("<mj-text><mj-image /></mj-text>"), "mj-image"),
        ("<mjml><mj-body><mj-section></mj-body></mjml>", "mj-body"),
        ("<mjml><mj-body>", "mj-body"),
        ("<html></html>", "html"),
    ],
)
def test_it_refuses_and_names_what_mrml_would_ignore(mjml, named):
    with pytest.raises(MjmlError, match=named):
        to_html(mjml)


def test_it_says_what_cannot_be_read():
    with pytest.raises(MjmlError, match="cannot be read"):
        to_html(FRAME.format("<mj-text><p></mj-text>"))
