"""Merging: what two people made of one mail, so that neither loses a word.

Both began at `base`. What only one of them changed is taken from him; where both wrote other words
into one field, both are kept to choose from. Nothing that somebody rewrote is taken out.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from newsletter.digests.editing import ITEM_WORDS, ItemWords
from newsletter.digests.snapshots import Snapshot

FIELDS = ("section_id", "is_kept", "article_id", *ITEM_WORDS)
WRITTEN = ("kicker", "headline", "blurb", "figure", "link", "image_id", "no_image")
# Of these somebody must choose; of the others the latter's stands, for no words are lost.
ASKED = frozenset({"article_id", "kicker", "headline", "blurb", "figure", "link", "image_alt"})


@dataclass(frozen=True, slots=True)
class Collision:
    """Both changed it, to something else. `item_id` None: one of the words of the mail."""

    item_id: int | None
    field: str
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Change:
    """What the others did: the fields of an item, or of the mail's words (`item` None)."""

    item: ItemWords | None
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Merged:
    """`result` has mine where both collide."""

    result: Snapshot
    collisions: tuple[Collision, ...] = ()
    # Taken out by the one and rewritten by the other: they stay.
    stay: tuple[ItemWords, ...] = ()


def merge(*, base: Snapshot | None, mine: Snapshot, theirs: Snapshot) -> Merged:
    """All that both did. Without a base each difference counts as a collision."""
    start = base or Snapshot({}, [])
    collisions: list[Collision] = []
    words = {}
    for name, standing in theirs.words.items():
        said = mine.words.get(name, standing)
        words[name], collides = _of_three(start.words.get(name), said, standing)
        if collides:
            collisions.append(Collision(None, name, said, standing))
    old, ours, there = _by_id(start.items), _by_id(mine.items), _by_id(theirs.items)
    both: dict[int, ItemWords] = {}
    for pk in ours.keys() & there.keys():
        both[pk], found = _item(old.get(pk), ours[pk], there[pk])
        collisions.extend(found)
    stay = _survivors(old, ours, there)
    new = [item for item in mine.items if item.item_id is None]
    items = _ordered(old, mine.items, theirs.items, both | stay)
    stood = [item for pk, item in stay.items() if pk in old]
    asked = {one.item_id for one in collisions}
    told = _told_once(_with_new(items, mine.items, new), but_for=asked)
    return Merged(Snapshot(words, told), tuple(collisions), tuple(stood))


def with_pins(*, base: Snapshot | None, mine: Snapshot, theirs: Snapshot) -> Snapshot:
    """Mine, where a pin that `base` did not show yet stays: only who sees one takes it out."""
    if base is None:
        return mine
    old, there = _by_id(base.items), _by_id(theirs.items)
    unseen = {
        pk for pk, item in there.items() if item.is_kept and not (pk in old and old[pk].is_kept)
    }
    items = [replace(item, is_kept=item.is_kept or item.item_id in unseen) for item in mine.items]
    return replace(mine, items=items)


def differences(*, base: Snapshot | None, theirs: Snapshot) -> list[Change]:
    """What was changed since `base`, in the order of the mail; nothing when that is not known."""
    if base is None:
        return []
    words = tuple(name for name in theirs.words if theirs.words[name] != base.words.get(name))
    found = [Change(None, words)] if words else []
    old, there = _by_id(base.items), _by_id(theirs.items)
    moved = _order_of(base.items, there) != _order_of(theirs.items, old)
    for pk, item in there.items():
        if pk not in old:
            found.append(Change(item, ("added",)))
        elif what := tuple(name for name in FIELDS if getattr(item, name) != _get(old[pk], name)):
            found.append(Change(item, what))
    found.extend(Change(item, ("taken_out",)) for pk, item in old.items() if pk not in there)
    if moved and not any("section_id" in change.what for change in found):
        found.append(Change(None, ("order",)))
    return found


def _of_three(base: Any, mine: Any, theirs: Any) -> tuple[Any, bool]:
    """What stands then, and whether both changed it to something else."""
    if mine == base:
        return theirs, False
    return mine, theirs not in (base, mine)


def _item(
    base: ItemWords | None, mine: ItemWords, theirs: ItemWords
) -> tuple[ItemWords, list[Collision]]:
    values, collisions = {}, []
    for name in FIELDS:
        ours, other = getattr(mine, name), getattr(theirs, name)
        values[name], collides = _of_three(_get(base, name), ours, other)
        if collides and name in ASKED:
            collisions.append(Collision(theirs.item_id, name, ours, other))
    if base is None:
        # What a page adds is kept from then on, which the page does not know yet.
        values["is_kept"] = mine.is_kept or theirs.is_kept
    return replace(theirs, **values), collisions


def _survivors(
    old: Mapping[int, ItemWords], ours: Mapping[int, ItemWords], there: Mapping[int, ItemWords]
) -> dict[int, ItemWords]:
    """Items that only one of both has: new ones, and those that were rewritten meanwhile."""
    only_ours = {pk: item for pk, item in ours.items() if pk not in there}
    only_theirs = {pk: item for pk, item in there.items() if pk not in ours}
    return {
        pk: item
        for pk, item in (only_ours | only_theirs).items()
        if not item.is_empty and (pk not in old or old[pk].content[1:] != item.content[1:])
    }


def _ordered(
    old: Mapping[int, ItemWords],
    mine: Sequence[ItemWords],
    theirs: Sequence[ItemWords],
    found: Mapping[int, ItemWords],
) -> list[ItemWords]:
    """In my order if I moved something, else in theirs; what only the other has in its place."""
    i_moved = _order_of(mine, old) != _order_of(old.values(), _by_id(mine))
    first, second = (mine, theirs) if i_moved else (theirs, mine)
    order = [pk for pk in _by_id(first) if pk in found]
    before: int | None = None
    for pk in _by_id(second):
        if pk in found and pk not in order:
            order.insert(order.index(before) + 1 if before in order else 0, pk)
        before = pk if pk in order else before
    return [found[pk] for pk in order]


def _with_new(
    items: list[ItemWords], mine: Sequence[ItemWords], new: Sequence[ItemWords]
) -> list[ItemWords]:
    """New ones of mine, each after what it stands after on my page."""
    result = list(items)
    places = {item.item_id: item for item in items}
    before: ItemWords | None = None
    for item in mine:
        if item in new:
            result.insert(_after(before, result), item)
            before = item
        else:
            before = places.get(item.item_id, before)
    return result


def _told_once(items: Sequence[ItemWords], *, but_for: Collection[int | None]) -> list[ItemWords]:
    """Of a story that both put in one item, but all about which somebody wrote.

    What a person just put there goes before what a rule chose.
    """
    result = list(items)
    for plain in sorted(filter(_is_plain, items), key=lambda item: item.item_id is None):
        others = [item for item in result if item is not plain]
        is_twice = plain.article_id in {item.article_id for item in others}
        if is_twice and (plain.item_id is None or plain.item_id not in but_for):
            result = others
    return result


def _is_plain(item: ItemWords) -> bool:
    """As a story comes in, with no word or pin of a person's."""
    # What the picture of one that a rule chose shows is said by the rule.
    is_described = item.item_id is None and item.image_alt
    is_written = is_described or any(getattr(item, name) for name in WRITTEN)
    return item.article_id is not None and not item.is_kept and not is_written


def _after(before: ItemWords | None, items: Sequence[ItemWords]) -> int:
    return items.index(before) + 1 if before is not None else 0


def _order_of(items: Iterable[ItemWords], among: Mapping[int, ItemWords]) -> list[object]:
    return [(item.item_id, item.section_id) for item in items if item.item_id in among]


def _by_id(items: Iterable[ItemWords]) -> dict[int, ItemWords]:
    return {item.item_id: item for item in items if item.item_id is not None}


def _get(item: ItemWords | None, name: str) -> Any:
    return getattr(item, name) if item is not None else None
