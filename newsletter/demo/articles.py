"""The demo's stories in the database, each with its own drawn picture."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.text import slugify

from newsletter.content import images, sanitizing
from newsletter.demo import pictures
from newsletter.demo.reading import Story, publication
from newsletter.models import Article, Author, Image, Topic

# Older ones (hours) are in no mail of this week.
LAST_WEEK = 100


def load_authors() -> None:
    """The writers with their biographies; those there stay as they are."""
    for words in publication()["author"]:
        author, is_new = Author.objects.get_or_create(
            slug=words["slug"],
            defaults={"name": words["name"], "biography": words["biography"]},
        )
        if is_new:
            drawn = ContentFile(pictures.draw_square(words["picture"]))
            author.picture.save(f"{author.slug}.jpg", drawn, save=True)


def load_articles(
    *, stories: Iterable[Story], now: datetime, older_by: timedelta = timedelta()
) -> int:
    """Write those that are missing, dated back from `now`; how many there were to write.

    `older_by`: how much older than written those are that are for mails of last week.
    """
    stories = list(stories)
    there = set(
        Article.objects.filter(slug__in=[story.slug for story in stories]).values_list(
            "slug", flat=True
        )
    )
    missing = [story for story in stories if story.slug not in there]
    with _quietly():
        for story in missing:
            dated = now - older_by if story.hours > LAST_WEEK else now
            _write(story=story, hero=_drawn(story.picture), now=dated)
    return len(missing)


@contextmanager
def _quietly() -> Iterator[None]:
    """Forty lines that say "image ready" would bury what somebody at the terminal should read."""
    log = logging.getLogger(images.__name__)
    level = log.level
    log.setLevel(logging.WARNING)
    try:
        yield
    finally:
        log.setLevel(level)


def _drawn(name: str) -> Image:
    image = Image()
    images.store(image=image, data=pictures.draw(name))
    return image


@transaction.atomic
def _write(*, story: Story, hero: Image, now: datetime) -> None:
    article = Article.objects.create(
        slug=story.slug,
        kicker=story.kicker,
        title=story.title,
        dek=story.dek,
        body=sanitizing.clean_html(sanitizing.paragraphs(story.body)),
        hero=hero,
        hero_alt=story.alt,
        caption=story.caption,
        credit=story.credit,
        good_news=story.good_news,
        published_at=now - timedelta(hours=story.hours),
    )
    article.authors.set([Author.objects.get(name=story.author)])
    article.topics.set([_topic(name) for name in story.topics])


def _topic(name: str) -> Topic:
    return Topic.objects.get_or_create(slug=slugify(name), defaults={"name": name})[0]
