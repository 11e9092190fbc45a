"""A digest as plain data: what both templates, and the digest's web page, are drawn from."""

from collections.abc import Iterable, Iterator

from django.db.models import Min, Prefetch

from newsletter.models import Digest, Item, Section
from newsletter.rendering.items import page_item
from newsletter.rendering.merging import Names
from newsletter.rendering.page import Page, PageItem, PageSection
from newsletter.rendering.wording import (
    day_in_words,
    days_in_words,
    language_direction,
    many_lines,
    minutes_to_read,
    one_line,
)


def page_of_digest(*, digest: Digest, names: Names) -> Page:
    """All that a digest says. Sections without content are left out; three statements, and one more
    for the days that a weekly mail tells of.

    Where an editor wants the reader's name there is a mark of `names`; `names.plain` takes it out.
    """
    newsletter = digest.newsletter
    language = newsletter.language
    sections = list(_sections(digest, names))
    intro = names.mark(many_lines(digest.intro))
    sign_off = names.mark(many_lines(digest.sign_off))
    return Page(
        title=names.mark(one_line(digest.subject)) or one_line(newsletter.name),
        preheader=names.mark(one_line(digest.preheader)),
        newsletter=one_line(newsletter.name),
        layout=digest.layout,
        language=language,
        dir=language_direction(language),
        date=_date(digest, language),
        day=digest.day.isoformat(),
        minutes=minutes_to_read([intro, *_words(sections), sign_off]),
        intro=intro,
        signed=_first_name(newsletter.writer),
        sections=sections,
        sign_off=sign_off,
    )


def _date(digest: Digest, language: str) -> str:
    """Its day, or the days that it tells of; in the newsletter's zone, whenever the mail leaves."""
    if digest.is_weekly:
        ran = Item.objects.filter(section__digest=digest).aggregate(first=Min("ran_on"))
        if ran["first"] is not None and ran["first"] < digest.day:
            return days_in_words(ran["first"], digest.day, language)
    return day_in_words(digest.day, language, weekday=True)


def _sections(digest: Digest, names: Names) -> Iterator[PageSection]:
    items = Item.objects.select_related("image", "article__hero", "article__feed")
    sections = Section.objects.filter(digest=digest).prefetch_related(Prefetch("items", items))
    for section in sections:
        # Read already; a story of a weekly mail says how long before it ran.
        section.digest = digest
        if shown := list(_items(section, names)):
            yield PageSection(
                key=section.key,
                style=section.style,
                heading=one_line(section.heading),
                items=shown,
            )


def _items(section: Section, names: Names) -> Iterator[PageItem]:
    for item in section.items.all():
        shown = page_item(item=item, section=section, names=names)
        if shown is not None:
            yield shown


def _words(sections: Iterable[PageSection]) -> Iterator[str]:
    for section in sections:
        for item in section["items"]:
            yield item["headline"]
            yield item["blurb"]


def _first_name(writer: str) -> str:
    return one_line(writer).partition(" ")[0]
