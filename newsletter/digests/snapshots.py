"""Snapshots: a mail's words and items at one version, also as JSON that a page carries along."""

import json
from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from newsletter.digests.editing import WORDS, ItemWords, standing
from newsletter.models import Digest

_KINDS: dict[str, Any] = {field.name: field.type for field in fields(ItemWords)}


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What stands in a mail, or should: the items in its order."""

    words: Mapping[str, str]
    items: Sequence[ItemWords]

    def resolved(self, there: "Snapshot") -> "Snapshot":
        """With the ids of items that were new here and stand in `there` by now."""
        ids = {item.key: item.item_id for item in there.items if item.key}
        mine = {item.item_id for item in self.items}
        return replace(
            self,
            items=[
                replace(item, item_id=ids[item.key])
                if item.item_id is None and item.key in ids and ids[item.key] not in mine
                else item
                for item in self.items
            ],
        )

    def is_same(self, other: "Snapshot") -> bool:
        """Whether both say the same in the same order."""
        return dict(self.words) == dict(other.words) and _told(self.items) == _told(other.items)


def snapshot(*, digest: Digest) -> Snapshot:
    """The mail as it stands; one statement beside the one that `digest` was read with."""
    words = {name: getattr(digest, name) for name in sorted(WORDS)}
    return Snapshot(words=words, items=standing(digest=digest))


def as_json(there: Snapshot) -> str:
    """For a page, which sends it back with what was typed."""
    return json.dumps({"words": there.words, "items": [asdict(item) for item in there.items]})


def from_json(text: str) -> Snapshot | None:
    """What `as_json` made; None for anything else. It came from outside: only compare with it."""
    try:
        found = _object(json.loads(text), names={"words", "items"})
        said = _object(found["words"], names=WORDS)
        words = {name: _typed(said[name], str) for name in sorted(WORDS)}
        return Snapshot(words=words, items=[_item(one) for one in _typed(found["items"], list)])
    except (ValueError, TypeError, RecursionError):
        return None


def _told(items: Sequence[ItemWords]) -> list[tuple[object, ...]]:
    """By section: which comes first on a page is not for items to say."""
    in_order = sorted(items, key=lambda item: item.section_id)
    return [
        (item.item_id, item.is_kept, item.content)
        for item in in_order
        if item.item_id or not item.is_empty
    ]


def _item(value: Any) -> ItemWords:
    data = _object(value, names=_KINDS.keys())
    return ItemWords(**{name: _typed(one, _KINDS[name]) for name, one in data.items()})


def _object(value: Any, *, names: Set[str]) -> dict[str, Any]:
    if not isinstance(value, dict) or value.keys() != names:
        raise TypeError("not an object with these names")
    return value


def _typed(value: Any, kind: Any) -> Any:
    # To Python a yes is a number, too.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise TypeError(f"not {kind}")
    return value
