"""The layout that docs/adding-a-layout.md makes is made here, from the blocks of that page."""

import re
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from newsletter.digests import layouts, plans
from newsletter.digests.assembly import make_digest
from newsletter.models import Digest, Item, Section
from newsletter.rendering.mjml import lint
from tests.architecture.source import ROOT
from tests.factories import NOW, make_article, make_image, make_newsletter, make_schedule
from tests.newsletter.rendering.samples import Outline, filled_html, render

pytestmark = pytest.mark.django_db

PAGE = (ROOT / "docs" / "adding-a-layout.md").read_text(encoding="utf-8")
FILE = re.compile(r"^`(emails/[\w./]+)`[^\n]*:\n\n```\w+\n(.*?)^```$", re.MULTILINE | re.DOTALL)
CODE = re.compile(r"^```python\n(.*?)^```$", re.MULTILINE | re.DOTALL)
KEY = "weekend_reader"


@pytest.fixture(autouse=True)
def layout(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> layouts.Layout:
    """The new layout: its files in a folder of their own, its entry among the others."""
    for name, content in FILE.findall(PAGE):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(content, encoding="utf-8")
    [first, *others] = settings.TEMPLATES
    settings.TEMPLATES = [{**first, "DIRS": [tmp_path, *first["DIRS"]]}, *others]
    names = dict(vars(layouts))
    for block in CODE.findall(PAGE):
        exec(block, names)
    made: layouts.Layout = names["LAYOUTS"][KEY]
    monkeypatch.setitem(layouts.LAYOUTS, KEY, made)
    return made


@pytest.fixture
def mail() -> Digest:
    """A mail with a section of every style, two items in each."""
    digest = Digest.objects.create(
        newsletter=make_newsletter(name="The Weekend"),
        occurrence="2026-11-28",
        layout=KEY,
        subject="A heron in town",
        intro="Two days off.",
        created_at=NOW,
    )
    for place, style in enumerate(Section.Style):
        section = Section.objects.create(
            digest=digest,
            key=style,
            style=style,
            heading=f"About {style.label}",
            position=place,
            shows_pictures=True,
        )
        Item.objects.create(section=section, article=_story(), figure="41 %")
        Item.objects.create(section=section, position=1, headline="عاصفة", blurb="Words.")
    return digest


def _story() -> Any:
    return make_article(hero=make_image(), hero_alt="A heron", caption="A heron", kicker="Birds")


def test_the_page_brings_all_four_files() -> None:
    assert [name for name, _ in FILE.findall(PAGE)] == [
        "emails/digests/weekend_reader.mjml",
        "emails/digests/weekend_reader.txt",
        "emails/digests/parts/wide_story.mjml",
        "emails/digests/text/wide_story.txt",
    ]


def test_it_draws_every_style_in_both_parts(mail: Digest) -> None:
    drawn = render(mail)
    for style in Section.Style:
        assert f"About {style.label}" in drawn.html
        assert f"About {style.label}".upper() in drawn.text
    assert drawn.fragments["greeting"] == "Good morning"
    assert drawn.text.startswith("THE WEEKEND\nSaturday")
    assert "It stays on the web" in drawn.html


def test_its_html_is_well_formed_with_one_h1_and_no_heading_left_out(mail: Digest) -> None:
    page = Outline(filled_html(mail))
    levels = [int(tag[1]) for tag, _ in page.tags if re.fullmatch(r"h\d", tag)]
    assert (levels[0], levels.count(1)) == (1, 1)
    assert all(after - before <= 1 for before, after in pairwise(levels))


def test_its_stories_have_pictures_from_edge_to_edge(mail: Digest) -> None:
    mail.sections.exclude(style=Section.Style.STORIES).delete()
    assert [picture["width"] for picture in Outline(filled_html(mail)).all("img")] == ["600"]


def test_dark_mode_knows_every_class_that_the_page_names(mail: Digest) -> None:
    html = render(mail).html
    dark = html.partition("prefers-color-scheme:dark")[2].partition("[data-ogsc]")[0]
    _, _, table = PAGE.partition("| class | for |")
    rows = re.findall(r"^\| ((?:`[\w-]+`(?:, )?)+) \|", table.partition("\n## ")[0], re.MULTILINE)
    named = {name for row in rows for name in re.findall(r"[\w-]+", row)}
    assert len(named) == 13
    assert {name for name in named if f".{name}" not in dark} == {"h1"}


def test_a_misspelt_attribute_in_it_is_named(tmp_path: Path) -> None:
    file = tmp_path / "emails/digests/weekend_reader.mjml"
    with pytest.raises(Exception, match="border-widht"):
        lint(_body(file.read_text(encoding="utf-8").replace("border-width", "border-widht")))


def _body(template: str) -> str:
    block = re.search(r"{% block masthead %}(.*?){% endblock %}", template, re.DOTALL)
    assert block
    return f"<mjml><mj-body>{block[1]}</mj-body></mjml>"


def test_a_newsletter_starts_with_its_sections_and_words(layout: layouts.Layout) -> None:
    schedule = make_schedule(layout=KEY)
    for _ in range(9):
        make_article()
    digest = make_digest(
        newsletter=schedule.newsletter, occurrence="2026-11-28", release_at=None, now=NOW
    )
    assert (digest.layout, digest.intro, digest.sign_off) == (KEY, layout.intro, layout.sign_off)
    counts = {section.key: section.items.count() for section in digest.sections.all()}
    assert counts == {"lead": 1, "slow": 5, "quote": 0, "sponsor": 0}
    assert render(digest).html


def test_a_newsletter_can_start_again_from_it() -> None:
    newsletter = make_newsletter()
    plans.start_over(newsletter=newsletter, layout=KEY)
    assert [plan.key for plan in newsletter.sections.all()] == ["lead", "slow", "quote", "sponsor"]


@pytest.mark.parametrize("key", layouts.LAYOUTS)
def test_each_layout_fits_into_its_columns(key: str) -> None:
    keys = [preset.key for preset in layouts.LAYOUTS[key].sections]
    assert len(key) <= 20
    assert len(set(keys)) == len(keys)
    assert layouts.LAYOUTS[key].wide <= set(layouts.LAYOUTS[key].parts.values())
