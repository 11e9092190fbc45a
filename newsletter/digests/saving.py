"""Saving what somebody typed, also when the mail was changed while he typed it.

Whoever saves says from which version he began and what stood there then. If others saved since,
both are merged; only where both wrote into one field must a person choose.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from config.models import StaffUser
from newsletter.digests.editing import rewrite
from newsletter.digests.edits import EditConflict
from newsletter.digests.merging import Change, Merged, differences, merge, with_pins
from newsletter.digests.snapshots import Snapshot, snapshot
from newsletter.models import Digest

TRIES = 4


@dataclass(frozen=True, slots=True)
class Meeting:
    """What somebody typed beside what others saved meanwhile."""

    version: int
    theirs: Snapshot
    merged: Merged
    # What they did since he began, and who was the last ("": news came in).
    changes: tuple[Change, ...] = ()
    by: str = ""

    @property
    def is_changed(self) -> bool:
        """Whether saving it would change anything."""
        return not self.merged.result.is_same(self.theirs)


@dataclass(frozen=True, slots=True)
class Saved:
    """`version` stands now; `is_changed`: this save changed something."""

    version: int
    is_changed: bool
    met: Meeting


class Collides(Exception):
    """Both wrote into the same fields. Nothing was saved."""

    def __init__(self, met: Meeting) -> None:
        super().__init__("This changed meanwhile. Your text is kept here.")
        self.met = met


def meet(*, digest_id: int, version: int, base: Snapshot | None, mine: Snapshot) -> Meeting:
    """Lay `mine`, made from `version`, over what stands there now; saves nothing."""
    digest = Digest.objects.select_related("edited_by").get(pk=digest_id)
    theirs = snapshot(digest=digest)
    typed = mine.resolved(theirs)
    if digest.version == version:
        return Meeting(version, theirs, Merged(with_pins(base=base, mine=typed, theirs=theirs)))
    editor = digest.edited_by
    return Meeting(
        version=digest.version,
        theirs=theirs,
        merged=merge(base=base, mine=typed, theirs=theirs),
        changes=tuple(differences(base=base, theirs=theirs)),
        by=(editor.get_full_name() or editor.get_username()) if editor else "",
    )


def save(
    *,
    digest_id: int,
    version: int,
    base: Snapshot | None,
    mine: Snapshot,
    by: StaffUser | None,
    now: datetime,
    for_tomorrow: Collection[int] = (),
    by_itself: bool = False,
) -> Saved:
    """Save `mine`, with what others changed meanwhile; does nothing when nothing was changed.

    The same call twice changes the mail once. Raises Collides, NotEditable, and for a save
    `by_itself` IsApproved; EditConflict if others save faster than this can.
    """
    for attempt in range(TRIES):
        met = meet(digest_id=digest_id, version=version, base=base, mine=mine)
        if met.merged.collisions:
            raise Collides(met)
        if not met.is_changed:
            return Saved(met.version, is_changed=False, met=met)
        try:
            new_version = rewrite(
                digest_id=digest_id,
                version=met.version,
                words=met.merged.result.words,
                items=met.merged.result.items,
                for_tomorrow=for_tomorrow,
                by=by,
                now=now,
                by_itself=by_itself,
            )
        except EditConflict:
            if attempt == TRIES - 1:
                raise
        else:
            return Saved(new_version, is_changed=True, met=met)
    raise EditConflict
