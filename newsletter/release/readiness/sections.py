"""Whether sections and items hold what they are made for."""

from collections.abc import Iterator

from newsletter.models import Section
from newsletter.release.readiness.material import Material
from newsletter.release.readiness.problem import Problem, note, stop

HEADLINE_AT_MOST = 200


def problems(found: Material) -> Iterator[Problem]:
    """What is empty, too little or too much."""
    if found.digest.corrects_id is not None:
        # A correction is a few words; stories in it are the exception.
        if not (found.digest.intro.strip() or found.items):
            yield stop(
                "no_words",
                "It says nothing yet.",
                "Write what was wrong into the hello.",
                where=found.field("intro"),
            )
        return
    if not found.items:
        yield stop("no_items", "There is no story in it.", "Put one in.", where=found.page)
        return
    yield from _lead(found)
    for section in found.sections:
        yield from _numbers(found, section)
        yield from _items(found, section)
        yield from _lengths(found, section)


def _lead(found: Material) -> Iterator[Problem]:
    first = found.sections[0]
    leads = first.style == Section.Style.LEAD or first.at_least > 0
    if leads and not first.items.all():
        yield stop(
            "empty_lead",
            "The lead is empty.",
            "Move the story that matters most there.",
            where=found.page,
        )


def _numbers(found: Material, section: Section) -> Iterator[Problem]:
    number, low, high = len(section.items.all()), section.at_least, section.at_most
    items = "1 item" if number == 1 else f"{number} items"
    if number > high:
        yield note(
            "long_section",
            f'"{section.name}" has {items}; it is made for {high}.',
            "Move some elsewhere, or take them out.",
            where=found.page,
            about=section.key,
        )
    elif number < low and section is not found.sections[0] and not _may_be_empty(section, number):
        yield note(
            "short_section",
            f'"{section.name}" has {items}; it should have {low} at least.',
            "Put more in, or empty it: an empty section is not shown.",
            where=found.page,
            about=section.key,
        )


def _may_be_empty(section: Section, number: int) -> bool:
    return not number and (section.plan is None or section.plan.all_or_nothing)


def _items(found: Material, section: Section) -> Iterator[Problem]:
    for item in section.items.all():
        where = found.item(item)
        if not (item.article_id or item.headline.strip() or item.blurb.strip() or item.figure):
            yield stop(
                "empty_item",
                f'An item in "{section.name}" has neither story nor words.',
                "Choose a story for it, or take it out.",
                where=where,
                about=where,
            )
        headline = item.headline or (item.article.title if item.article else "")
        if len(headline) > HEADLINE_AT_MOST:
            yield note(
                "long_headline",
                f'A headline in "{section.name}" has {len(headline)} characters.',
                f"Give it one of at most {HEADLINE_AT_MOST}.",
                where=where,
                about=where,
            )


def _lengths(found: Material, section: Section) -> Iterator[Problem]:
    """Of what somebody wrote here: words made of a story keep to the section by themselves, and a
    weekly mail takes those of another section over.
    """
    low, high = section.words_at_least, section.words_at_most
    written = [item for item in section.items.all() if item.is_kept or item.ran_on is None]
    counts = [len(item.blurb.split()) for item in written if item.blurb.strip()]
    wrong = [number for number in counts if not low <= number <= high]
    if wrong:
        worst = max(wrong, key=lambda number: max(number - high, low - number))
        yield note(
            "section_words",
            f'A text in "{section.name}" has {worst} words; {low} to {high} are meant.',
            "Write it anew in its item.",
            where=found.page,
            about=section.key,
        )
