"""Pools: the stories that each section's rule lets in, new ones or those of the week."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from newsletter.digests.rules import feeds_of, topics_of
from newsletter.digests.story_ledger import new_stories
from newsletter.digests.week import Missed
from newsletter.models import Article, Digest, Image, Schedule, SectionPlan

# Enough to fill every section and still find a picture among them.
AT_LEAST = 60


def pools_of(
    *,
    digest: Digest,
    rule: Schedule,
    plans: Sequence[SectionPlan],
    now: datetime,
    missed: Mapping[int, Missed] | None = None,
    of_any_age: bool = False,
) -> dict[str, list[Article]]:
    """Stories by section key, newest first, without their bodies.

    One statement for all sections that take what comes, and one for each with a rule of its own.
    Those that stand in `digest` itself are among them. For a weekly mail the stories are `missed`,
    in that order.
    """
    automatic = [plan for plan in plans if plan.is_automatic]
    if missed is not None:
        return _pools_of_week(digest, automatic, missed, of_any_age=of_any_age)
    most = max(AT_LEAST, 2 * sum(plan.at_most for plan in automatic))
    stories = new_stories(
        newsletter=digest.newsletter, rule=rule, now=now, digest=digest, of_any_age=of_any_age
    )
    general: list[Article] | None = None
    pools: dict[str, list[Article]] = {}
    for plan in automatic:
        wanted = _wanted(plan, digest, of_any_age=of_any_age)
        if wanted:
            pools[plan.key] = list(stories.filter(wanted)[:most])
        else:
            general = list(stories[:most]) if general is None else general
            pools[plan.key] = general
    return pools


def _pools_of_week(
    digest: Digest,
    plans: Sequence[SectionPlan],
    missed: Mapping[int, Missed],
    *,
    of_any_age: bool,
) -> dict[str, list[Article]]:
    everything = [one.article for one in missed.values()]
    pools: dict[str, list[Article]] = {}
    for plan in plans:
        pools[plan.key] = everything
        if wanted := _wanted(plan, digest, of_any_age=of_any_age):
            suits = set(
                Article.objects.filter(wanted, pk__in=list(missed)).values_list("pk", flat=True)
            )
            pools[plan.key] = [story for story in everything if story.pk in suits]
    return pools


def _wanted(plan: SectionPlan, digest: Digest, *, of_any_age: bool) -> Q:
    """What a section asks of its stories beyond the newsletter's own rule; empty when nothing."""
    wanted = Q()
    if feeds := [feed.pk for feed in feeds_of(plan)]:
        wanted &= Q(feed__in=feeds)
    if topics := [topic.pk for topic in topics_of(plan)]:
        wanted &= Q(Exists(_about(topics)))
    if plan.only_good_news:
        wanted &= Q(good_news=True)
    if plan.needs_image:
        wanted &= Q(hero__state=Image.State.READY)
    if plan.max_age_hours is not None and not of_any_age:
        oldest = digest.created_at - timedelta(hours=plan.max_age_hours)
        wanted &= Q(published_at__gte=oldest) | Q(again_from__gte=oldest)
    return wanted


def _about(topics: Sequence[int]) -> QuerySet[Any]:
    return Article.topics.through.objects.filter(article=OuterRef("pk"), topic__in=topics)
