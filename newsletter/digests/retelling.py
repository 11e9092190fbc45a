"""Telling again: items of a weekly mail as their stories stand by now, in the order of the week."""

from collections.abc import Mapping, Sequence

from newsletter.digests.week import PICTURE, WORDS, Missed
from newsletter.models import Item

# What changes of an item whose story is told otherwise since.
RETOLD = [*WORDS, *PICTURE, "link", "ran_on"]


def retell(*, items: Sequence[Item], missed: Mapping[int, Missed]) -> list[Item]:
    """Give items the wording of the newest mail they ran in; those that changed.

    What an editor wrote or moved here stays as it is.
    """
    return [item for item in items if not item.is_kept and _retell(item, missed)]


def in_rank(*, items: Sequence[Item], order: Sequence[int]) -> list[Item]:
    """The items in the order of their stories in `order`, those kept by an editor where they are.

    A story that is not in `order` comes last.
    """
    rank = {pk: number for number, pk in enumerate(order)}
    free = [item for item in items if not item.is_kept]
    in_order = iter(sorted(free, key=lambda item: rank.get(item.article_id or 0, len(rank))))
    return [item if item.is_kept else next(in_order) for item in items]


def _retell(item: Item, missed: Mapping[int, Missed]) -> bool:
    told = missed.get(item.article_id or 0)
    content = told.content_in(item.section) if told else {}
    is_other = any(getattr(item, name) != value for name, value in content.items())
    for name, value in content.items() if is_other else ():
        setattr(item, name, value)
    return is_other
