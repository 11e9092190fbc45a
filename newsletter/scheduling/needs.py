"""What keeps a mail from going at its time, and which person has to do something about it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from newsletter.digests import filling
from newsletter.digests.assembly import rule_of
from newsletter.models import Digest, Schedule
from newsletter.release import approval, consent, readiness
from newsletter.scheduling import upcoming

State = Digest.State

EDITS, APPROVES, SENDS = (
    "newsletter.change_digest",
    "newsletter.approve_digest",
    "newsletter.send_digest",
)
# Who acts, as the board says it too.
ITSELF, EDITOR, SENDER, NOBODY = "goes by itself", "an editor", "a sender", ""
SECOND = "a second person"
APPROVAL, SECOND_APPROVAL = "Approval.", "The approval of a second person."
HELD, SKIPPED = "the mail is held at its time", "the mail is skipped"
STAYS = "it stays held"


@dataclass(frozen=True, slots=True)
class Need:
    """Something that a person has to do. `right` is what he needs for it."""

    missing: tuple[str, ...]
    who: str
    right: str
    # What happens when nobody does.
    otherwise: str = HELD
    # Accounts that cannot do it: they have done their part.
    but: Collection[int] = ()


def need(*, digest: Digest, now: datetime) -> Need | None:
    """None for what goes by itself and is ready. Draws the mail, so not for thousands."""
    if digest.state == State.HELD:
        return Need((digest.reason,), SENDER, SENDS, otherwise=STAYS)
    rule = rule_of(digest.newsletter)
    if digest.state == State.DRAFT:
        return _of_draft(digest, rule, now)
    return _of_approved(digest, rule, now)


def _of_draft(digest: Digest, rule: Schedule, now: datetime) -> Need | None:
    by_itself = upcoming.goes_by_itself(digest=digest, rule=rule)
    if by_itself and _is_skipped_without_news(digest, rule, now):
        return None
    found = readiness.look(digest=digest, now=now, checks=readiness.STOPPING)
    missing = tuple(problem.message for problem in found.blocking)
    agreed = consent.agreed(digest=digest, digest_hash=found.digest_hash)
    if agreed and not missing:
        first = [row.person_id for row in agreed if row.person_id is not None]
        return Need((SECOND_APPROVAL,), SECOND, APPROVES, but=first)
    if not by_itself or digest.release_at is None:
        missing += (APPROVAL,)
    if not missing:
        return None
    right = APPROVES if missing == (APPROVAL,) else EDITS
    dropped = upcoming.is_skipped_untouched(digest=digest, rule=rule)
    return Need(missing, EDITOR, right, otherwise=SKIPPED if dropped else HELD)


def _of_approved(digest: Digest, rule: Schedule, now: datetime) -> Need | None:
    since = readiness.since_approval(digest=digest, now=now)
    if found := since.keeping_back:
        return Need(tuple(problem.message for problem in found), EDITOR, EDITS)
    if since.is_same:
        return None
    if upcoming.goes_by_itself(digest=digest, rule=rule):
        return None
    return Need((f"{approval.CHANGED}.", APPROVAL), EDITOR, APPROVES)


def _is_skipped_without_news(digest: Digest, rule: Schedule, now: datetime) -> bool:
    """Nobody has to do anything about that: news may come, and without it there is no mail."""
    is_open = not (digest.locked_at or digest.touched_at)
    found = filling.count_new(digest=digest, rule=rule, now=now)
    return is_open and found < filling.fewest(digest=digest, rule=rule)
