"""Stories that may not be told yet, say something else by now, or are told twice."""

from collections.abc import Iterator

from django.urls import reverse

from newsletter.models import Article, Item
from newsletter.release.readiness.material import Material
from newsletter.release.readiness.problem import Problem, note, stop
from subscribers.moments import moment_in_words


def problems(found: Material) -> Iterator[Problem]:
    """Embargoed and corrected ones, and those that stand in it twice."""
    yield from _twice(found)
    for item in found.items:
        if item.article is not None:
            yield from _embargo(found, item.article)
            yield from _corrected(found, item, item.article)


def _twice(found: Material) -> Iterator[Problem]:
    seen: set[int] = set()
    for item in found.items:
        if item.article is not None and item.article.pk in seen:
            yield note(
                "story_twice",
                f'"{item.article}" stands in it twice.',
                "Take one of them out, unless it is meant.",
                where=found.item(item),
                about=str(item.pk),
            )
        seen |= {item.article_id} if item.article_id else set()


def _embargo(found: Material, story: Article) -> Iterator[Problem]:
    goes = max(found.digest.release_at or found.now, found.now)
    if story.embargo_until is not None and goes < story.embargo_until:
        until = moment_in_words(
            at=story.embargo_until, now=found.now, zone=found.digest.newsletter.zone
        )
        yield stop(
            "embargo",
            f'"{story}" must not be told before {until}.',
            "Take it out, or send the mail later.",
            where=_page(story),
            about=str(story.pk),
        )


def _corrected(found: Material, item: Item, story: Article) -> Iterator[Problem]:
    if story.changed_at is not None and story.changed_at > item.added_at:
        at = moment_in_words(at=story.changed_at, now=found.now, zone=found.digest.newsletter.zone)
        yield note(
            "corrected",
            f'"{story}" was changed {at}, after it was put into this mail.',
            "Look at it: do headline and text still say what it says?",
            where=found.item(item),
            # A later change is another one to look at.
            about=f"{story.pk} {story.changed_at.isoformat()}",
        )


def _page(story: Article) -> str:
    return reverse("admin:newsletter_article_change", args=[story.pk])
