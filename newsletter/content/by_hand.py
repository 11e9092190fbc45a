"""Stories that people put here: written at the desk, or kept from a page elsewhere."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.db import IntegrityError, transaction

from newsletter.content import identity, words
from newsletter.content.articles import slugs
from newsletter.content.naming import named_authors, named_topics
from newsletter.content.sanitizing import clean_html, one_line
from newsletter.content.webpage.facts import Person
from newsletter.models import Article, Author, Image


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryWords:
    """What a story says. `body` is HTML and is sanitised, all else is plain text."""

    title: str
    published_at: datetime
    kicker: str = ""
    dek: str = ""
    body: str = ""
    alt: str = ""
    caption: str = ""
    credit: str = ""
    language: str = "en"
    site: str = ""
    people: tuple[Person, ...] = ()
    topics: tuple[str, ...] = ()
    good_news: bool = False


def write(*, story: StoryWords, picture: Image | None) -> Article:
    """A story of our own, at a free address made from its title; twice makes two."""
    for slug in slugs(title=story.title, key=uuid4().hex):
        try:
            return _create(
                story=story,
                picture=picture,
                kind=Article.Kind.OWN,
                slug=slug,
                body=clean_html(story.body),
            )
        except IntegrityError:
            continue
    raise RuntimeError("no free slug for a story")


def keep(*, link: str, story: StoryWords, picture: Image | None) -> tuple[Article, bool]:
    """An excerpt of the story at `link`, and whether it is new; one that is here stays as it is.

    No feed changes it later. Raises ValueError if `link` is no web address.
    """
    link_key = identity.link_key(link)
    for slug in slugs(title=story.title, key=link_key):
        there = Article.objects.filter(link_key=link_key).first()
        if there is not None:
            return there, False
        try:
            article = _create(
                story=story,
                picture=picture,
                kind=Article.Kind.EXCERPT,
                slug=slug,
                link=identity.without_tracking(link),
                link_key=link_key,
            )
        except IntegrityError:
            continue  # the slug is taken, or somebody else was first: look again
        return article, True
    raise RuntimeError("no free slug for a story")


@transaction.atomic
def _create(*, story: StoryWords, picture: Image | None, **fields: Any) -> Article:
    article = Article.objects.create(
        title=words.title(story.title),
        kicker=one_line(story.kicker)[:20],
        dek=story.dek,
        language=words.language(story.language),
        site=one_line(story.site)[:80],
        hero=picture,
        hero_alt=one_line(story.alt)[:300],
        caption=one_line(story.caption)[:300],
        credit=one_line(story.credit)[:120],
        good_news=story.good_news,
        published_at=story.published_at,
        **fields,
    )
    article.authors.set(_authors(story.people))
    article.topics.set(named_topics(names=words.topics(story.topics)))
    return article


def _authors(people: Iterable[Person]) -> list[Author]:
    """Their rows; who has no biography yet gets the one that was found."""
    about = {person.name.casefold(): person.biography for person in people}
    authors = named_authors(names=words.authors(person.name for person in people))
    for author in authors:
        if not author.biography and about.get(author.name.casefold()):
            author.biography = about[author.name.casefold()]
            author.save(update_fields=["biography"])
    return authors
