"""Choosing: which new stories go into which section of a layout."""

from collections.abc import Sequence

from newsletter.digests.layouts import Layout, SectionPlan
from newsletter.models import Article


def choose(*, layout: Layout, stories: Sequence[Article]) -> dict[str, list[Article]]:
    """Which of `stories` (newest first) go where, by section key.

    First what each section needs at least, then up to its limit; what does not fit waits for the
    next digest.
    """
    left = list(stories)
    chosen: dict[str, list[Article]] = {plan.key: [] for plan in layout.sections}
    automatic = [plan for plan in layout.sections if plan.automatic]
    # The lead has first choice; then a place for good news, before others use it up.
    first, rest = automatic[0], automatic[1:]
    minimum = [first, *sorted(rest, key=lambda plan: not plan.only_good_news)]
    for plan in minimum:
        wanted = plan.at_most if plan.only_good_news else plan.at_least
        if not (plan.all_or_nothing and len(left) < wanted):
            _take(plan, chosen[plan.key], left, wanted)
    for plan in automatic:
        if chosen[plan.key] or not plan.all_or_nothing:
            _take(plan, chosen[plan.key], left, plan.at_most)
    return chosen


def _take(plan: SectionPlan, into: list[Article], left: list[Article], wanted: int) -> None:
    """Move the newest that suit `plan` from `left`, until `into` has `wanted`."""
    for story in [story for story in left if _suits(plan, story)]:
        if len(into) >= wanted:
            return
        picked = story
        if plan.prefers_image:
            picked = next((other for other in left if _has_picture(other)), story)
        left.remove(picked)
        into.append(picked)


def _suits(plan: SectionPlan, story: Article) -> bool:
    if plan.only_good_news and not story.good_news:
        return False
    return _has_picture(story) or not plan.needs_image


def _has_picture(story: Article) -> bool:
    return story.hero is not None and story.hero.is_ready
