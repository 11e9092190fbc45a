"""Choosing: which new stories go into which section, and why."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from newsletter.digests.rules import either, feeds_of, topics_of
from newsletter.models import Article, SectionPlan


@dataclass(frozen=True, slots=True)
class Choice:
    """A story and why it was chosen: goes on after "Chosen because it is"."""

    article: Article
    reason: str


def choose(
    *,
    plans: Sequence[SectionPlan],
    pools: Mapping[str, Sequence[Article]],
    kept: Mapping[str, int] | None = None,
    used: Collection[int] = (),
    reasons: Mapping[int, str] | None = None,
) -> dict[str, list[Choice]]:
    """What goes where, by section key, in the order of the sections.

    `pools`: the stories that each section's rule lets in, the first choice first: the newest, or of
    a weekly mail the one that mattered most. `kept`: how many items stand there already that stay.
    `used`: stories that must not be chosen. `reasons`: why, by story, where it is not its age.

    First what each section needs at least, then up to its limit; what does not fit waits for the
    next digest.
    """
    table = _Table(pools=pools, kept=kept or {}, taken=set(used), reasons=reasons or {})
    automatic = [plan for plan in plans if plan.is_automatic]
    # The first has first choice; then a place for good news, before others use it up.
    minimum = [*automatic[:1], *sorted(automatic[1:], key=lambda plan: not plan.only_good_news)]
    for plan in minimum:
        wanted = plan.at_most if plan.only_good_news else plan.at_least
        if not plan.all_or_nothing or table.could_have(plan) >= plan.at_least:
            table.take(plan, wanted)
    for plan in automatic:
        if table.has(plan) or not (plan.all_or_nothing and plan.at_least):
            table.take(plan, plan.at_most)
    return {plan.key: table.chosen.get(plan.key, []) for plan in plans}


class _Table:
    """What was chosen so far, and what is left for whom."""

    def __init__(
        self,
        *,
        pools: Mapping[str, Sequence[Article]],
        kept: Mapping[str, int],
        taken: set[int],
        reasons: Mapping[int, str],
    ) -> None:
        self.chosen: dict[str, list[Choice]] = {}
        self._pools, self._kept, self._taken, self._reasons = pools, kept, taken, reasons

    def has(self, plan: SectionPlan) -> int:
        """How many stand in a section by now."""
        return self._kept.get(plan.key, 0) + len(self.chosen.get(plan.key, []))

    def could_have(self, plan: SectionPlan) -> int:
        """How many could stand there if it got all that suit."""
        return self.has(plan) + len(self._left(plan))

    def take(self, plan: SectionPlan, wanted: int) -> None:
        """Give a section the first that suit, until it has `wanted`."""
        while self.has(plan) < wanted and (left := self._left(plan)):
            picked = left[0]
            if plan.prefers_image:
                picked = next((story for story in left if has_picture(story)), picked)
            reason = self._reasons.get(picked.pk) or why(
                plan, picked, is_first=picked is self._pools[plan.key][0]
            )
            self._taken.add(picked.pk)
            self.chosen.setdefault(plan.key, []).append(Choice(picked, reason))

    def _left(self, plan: SectionPlan) -> list[Article]:
        return [
            story
            for story in self._pools.get(plan.key, ())
            if story.pk not in self._taken and (has_picture(story) or not plan.needs_image)
        ]


def has_picture(story: Article) -> bool:
    """Whether there are copies of its picture to show."""
    return story.hero is not None and story.hero.is_ready


def why(plan: SectionPlan, story: Article, *, is_first: bool) -> str:
    """ "the newest good news with a picture", "one of the newest stories about the sea"."""
    noun = "good news" if plan.only_good_news else "story"
    what = f"the newest {noun}"
    pictured = plan.needs_image or (plan.prefers_image and has_picture(story))
    if not (is_first or pictured):
        what = "among the newest good news" if plan.only_good_news else "one of the newest stories"
    parts = [what]
    if pictured:
        parts.append("with a picture")
    if feeds := [feed.name for feed in feeds_of(plan)]:
        parts.append(f"from {either(feeds)}")
    if topics := [topic.name for topic in topics_of(plan)]:
        parts.append(f"about {either(topics)}")
    if story.again_from is not None:
        parts.append("that is worth running again")
    return " ".join(parts)[:200]
