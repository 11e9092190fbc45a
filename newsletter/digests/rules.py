"""What the rule of a section says, in words for staff."""

from collections.abc import Sequence
from operator import attrgetter

from newsletter.models import Feed, SectionPlan, SectionShape, Topic

# Sorted here and not there, which would ask again for what was fetched for many plans at once.
_name = attrgetter("name")


def in_words(plan: SectionPlan) -> str:
    """ "Filled by itself: good news with a picture, from The Gazette, at most 2 days old"."""
    if not plan.is_automatic:
        return "Filled by an editor"
    wanted = ", ".join([_what(plan), *_from(plan), *_when(plan)])
    return f"Filled by itself: {wanted}"


def limits_in_words(shape: SectionShape) -> str:
    """ "2 to 4", "at most 1": how many items it is for."""
    low, high = shape.at_least, shape.at_most
    if low == high:
        return str(high)
    return f"{low} to {high}" if low else f"at most {high}"


def feeds_of(plan: SectionPlan) -> Sequence[Feed]:
    """The feeds that it takes from, by name; empty: all, as for one that is not saved yet."""
    return sorted(plan.feeds.all(), key=_name) if plan.pk else []


def topics_of(plan: SectionPlan) -> Sequence[Topic]:
    """The topics that it takes, by name; empty: all, as for one that is not saved yet."""
    return sorted(plan.topics.all(), key=_name) if plan.pk else []


def either(names: Sequence[str]) -> str:
    """ "the sea or the town"."""
    return " or ".join(names)


def _what(plan: SectionPlan) -> str:
    what = "story" if plan.at_most == 1 else "stories"
    if plan.is_weekly:
        what = f"{'the good news' if plan.only_good_news else f'the {what}'} that mattered most"
    else:
        what = "good news" if plan.only_good_news else f"the newest {what}"
    if plan.needs_image:
        return f"{what} with a picture"
    return f"{what}, with a picture if there is one" if plan.prefers_image else what


def _from(plan: SectionPlan) -> list[str]:
    words = []
    if feeds := [feed.name for feed in feeds_of(plan)]:
        words.append(f"from {either(feeds)}")
    if topics := [topic.name for topic in topics_of(plan)]:
        words.append(f"about {either(topics)}")
    return words


def _when(plan: SectionPlan) -> list[str]:
    words = []
    if plan.max_age_hours is not None:
        words.append(f"at most {age_in_words(plan.max_age_hours)} old")
    if plan.all_or_nothing and plan.at_least:
        words.append(f"left out under {plan.at_least}")
    if plan.inserts_at == SectionPlan.Side.TOP:
        words.append("later ones on top")
    return words


def age_in_words(hours: int) -> str:
    """ "2 days", "1 hour"."""
    days, rest = divmod(hours, 24)
    number, unit = (days, "day") if days and not rest else (hours, "hour")
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"
