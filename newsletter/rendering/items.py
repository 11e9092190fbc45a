"""An item as plain data: the editor's words where there are some, else its story's."""

from newsletter.models import Article, Item, Section
from newsletter.rendering import links
from newsletter.rendering.merging import Names
from newsletter.rendering.page import PageItem
from newsletter.rendering.pictures import picture_of
from newsletter.rendering.summaries import summary
from newsletter.rendering.wording import (
    direction,
    language_direction,
    many_lines,
    one_line,
    past_day_in_words,
)


def page_item(*, item: Item, section: Section, names: Names) -> PageItem | None:
    """What the section shows of `item`; None when there is nothing to show.

    The editor's own headline and text may ask for the reader's name, a story's may not.
    """
    article = item.article
    headline = names.mark(one_line(item.headline)) or one_line(article.title if article else "")
    blurb = names.mark(many_lines(item.blurb))
    if not blurb and article:
        blurb = many_lines(summary(article=article, section=section))
    image = picture_of(item) if section.shows_pictures else None
    if not (headline or blurb) or (section.style == Section.Style.PICTURE and image is None):
        return None
    return PageItem(
        kicker=_kicker(item, article, section),
        headline=headline,
        blurb=blurb,
        link=_link(item, article),
        figure=one_line(item.figure),
        source=_source(article),
        dir=direction(
            names.plain(headline or blurb),
            fallback=language_direction(article.language) if article else "ltr",
        ),
        image=image,
    )


def _kicker(item: Item, article: Article | None, section: Section) -> str:
    """In a weekly mail behind the day that the story ran on: "Tuesday · Harbour"."""
    kicker = one_line(item.kicker or (article.kicker if article else ""))
    if item.ran_on is None:
        return kicker
    digest = section.digest
    day = past_day_in_words(item.ran_on, digest.day, digest.newsletter.language)
    return " · ".join(filter(None, (day, kicker)))


def _link(item: Item, article: Article | None) -> str:
    if item.link:
        return links.outside(item.link)
    return links.article_link(article) if article else ""


def _source(article: Article | None) -> str:
    if article is None or not article.is_excerpt:
        return ""
    return one_line(article.source_name)
