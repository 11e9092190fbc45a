"""MJML that would not do what it says is refused."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from newsletter.rendering.mjml import MjmlError, lint, to_html
from newsletter.rendering.mjml_schema import ATTRIBUTES, is_form_of

FRAME = "<mjml><mj-body><mj-section><mj-column>{}</mj-column></mj-section></mj-body></mjml>"


def test_it_makes_html():
    html = to_html(FRAME.format('<mj-text color="#15202B"><p class="ink">Words</p></mj-text>'))

    assert '<p class="ink">Words</p>' in html


@pytest.mark.parametrize(
    ("mjml", "named"),
    [
        (FRAME.format("<mj-txt>Words</mj-txt>"), "mj-txt"),
        (FRAME.format('<mj-text colour="red">Words</mj-text>'), "'colour'"),
        (FRAME.format("<mj-text color=\"#15202B\" padd='1px'>Words</mj-text>"), "'padd'"),
        (FRAME.format("<p>Words</p>"), "<p>"),
        (FRAME.format("<mj-section></mj-section>"), "mj-section"),
        (FRAME.format("<mj-text><mj-image /></mj-text>"), "mj-image"),
        ("<mjml><mj-body><mj-section></mj-body></mjml>", "mj-body"),
        ("<mjml><mj-body>", "mj-body"),
        ("<html></html>", "html"),
        (FRAME.format('<mj-text padding="20xp">Words</mj-text>'), "20xp"),
        (FRAME.format('<mj-text padding="1px 2px 3px 4px 5px">Words</mj-text>'), "padding"),
        (FRAME.format('<mj-text color="red">Words</mj-text>'), "red"),
        (FRAME.format('<mj-text color="#15202">Words</mj-text>'), "#15202"),
        (FRAME.format("<mj-text align='middle'>Words</mj-text>"), "middle"),
        (FRAME.format("<mj-text font-size='17'>Words</mj-text>"), "font-size"),
        (FRAME.format("<mj-text color>Words</mj-text>"), "nothing"),
        (FRAME.format('<mj-divider border-width="1px solid" />'), "border-width"),
    ],
)
def test_it_refuses_and_names_what_mrml_would_ignore(mjml, named):
    with pytest.raises(MjmlError, match=named):
        to_html(mjml)


def test_it_says_what_cannot_be_read():
    with pytest.raises(MjmlError, match="cannot be read"):
        to_html(FRAME.format("<mj-text><p></mj-text>"))


FILES = sorted((Path(settings.BASE_DIR) / "templates" / "emails" / "digests").rglob("*.mjml"))
# What a variable of a template stands for, by the attribute it is in.
EXAMPLES = ("#15202B", "left", "ltr", "en", "Arial", "17px")


def every_branch(template: str) -> str:
    """A template's MJML with all that its conditions may let in, and examples for variables."""
    shown = re.sub(r"\{%.*?%\}|\{#.*?#\}", "", template, flags=re.DOTALL)
    in_values = re.sub(r"([\w-]+)=\"([^\"]*\{\{[^\"]*)\"", _example, shown)
    return re.sub(r"\{\{.*?\}\}", "p", in_values)


def _example(found: re.Match[str]) -> str:
    name, value = found.groups()
    if not any(name in attributes for attributes in ATTRIBUTES.values()):
        return f'{name}=""'
    written = [re.sub(r"\{\{.*?\}\}", example, value) for example in EXAMPLES]
    fitting = next((one for one in written if is_form_of(name, one)), value)
    return f'{name}="{fitting}"'


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_branch_of_every_template_is_good_mjml(path):
    """Also those that no test draws; a part is looked at where it stands in the mail."""
    mjml = every_branch(path.read_text(encoding="utf-8"))
    stands_in_text = "<mj-" not in mjml
    is_part = "<mjml" not in mjml
    if stands_in_text:
        mjml = FRAME.format(f"<mj-text>{mjml}</mj-text>")
    elif is_part:
        mjml = f"<mjml><mj-body>{mjml}</mj-body></mjml>"

    lint(mjml)


@pytest.mark.parametrize("slip", ['padding="20xp"', 'pading="20px"', 'background-color="blue"'])
def test_a_slip_of_the_pen_in_a_part_is_found(slip):
    part = next(path for path in FILES if path.stem == "sponsor").read_text(encoding="utf-8")
    wrong = every_branch(re.sub(r"<mj-section ", f"<mj-section {slip} ", part, count=1))

    with pytest.raises(MjmlError, match="mj-section"):
        lint(f"<mjml><mj-body>{wrong}</mj-body></mjml>")
