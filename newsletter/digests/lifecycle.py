"""The states of a digest: the only code that writes them.

draft -> approved -> scheduled -> preparing -> sending <-> paused -> sent; held (a person must act),
skipped (nothing to do) and cancelled beside them. Each move is one conditional UPDATE that names
the old states, so two workers or two people cannot both make it, and leaves a `DigestChange`; what
is somebody's decision stands in the record of what staff did too (`subscribers.staff.acts`).
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction
from django.db.models import DateTimeField
from django.db.models.functions import Coalesce

from config.models import StaffUser
from newsletter.digests.waves import Waves, due_in_words, fields
from newsletter.models import Agreement, Batch, Digest, DigestChange, Revision
from subscribers.models import StaffAct
from subscribers.staff import acts

State = Digest.State
Act = StaffAct.Act

log = structlog.get_logger(__name__)

# Where each move may start from.
HOLDABLE = frozenset({State.DRAFT, State.APPROVED, State.SCHEDULED})
CANCELLABLE = HOLDABLE | {
    State.PREPARING,
    State.SENDING,
    State.PAUSED,
    State.HELD,
    State.SKIPPED,
}
OPEN_BATCHES = (Batch.State.PENDING, Batch.State.CLAIMED, Batch.State.SUBMITTING)


class DateTaken(Exception):
    """A cancelled digest cannot come back: another one has its date."""

    def __init__(self) -> None:
        super().__init__("Another mail has its date by now, so this one cannot come back.")


@transaction.atomic
def move(
    *,
    digest_id: int,
    old: Collection[State],
    new: State,
    now: datetime,
    actor: StaffUser | None = None,
    reason: str = "",
    act: Act | None = None,
    detail: str = "",
    **fields: Any,
) -> bool:
    """Move a digest from one of `old` to `new`, setting `fields`; False when it was elsewhere.

    `actor` None means the service itself. Writes one `DigestChange`, and where it is an `act` of
    staff one `StaffAct`, with `detail` or else the reason.
    """
    # Locked, so that a pause is not lost when the digest passes on from preparing to sending.
    rows = Digest.objects.select_for_update(no_key=True).filter(pk=digest_id)
    was = rows.values_list("state", flat=True).first()
    if was is None or was not in old:
        return False
    changed = Digest.objects.filter(pk=digest_id, state=was).update(
        state=new, reason=reason, **fields
    )
    if not changed:
        return False
    DigestChange.objects.create(
        digest_id=digest_id, old=was, new=new, reason=reason, actor=actor, at=now
    )
    if act is not None:
        _record(digest_id, act, actor, detail or reason, now)
    log.info("digest_moved", digest=digest_id, old=was, new=new)
    return True


def _record(digest_id: int, act: Act, by: StaffUser | None, detail: str, now: datetime) -> None:
    digest = Digest.objects.select_related("newsletter").get(pk=digest_id)
    acts.record(act=act, by=by, about=str(digest), target=digest, detail=detail, now=now)


def approve(
    *,
    digest_id: int,
    revision: Revision,
    by: StaffUser | None,
    now: datetime,
    reason: str = "",
) -> bool:
    """Draft or held -> approved, with the frozen words."""
    return move(
        digest_id=digest_id,
        old={State.DRAFT, State.HELD},
        new=State.APPROVED,
        now=now,
        actor=by,
        act=Act.APPROVED,
        detail=f"Version {revision.number} of its words.",
        reason=reason,
        revision=revision,
        approved_by=by,
        approved_at=now,
    )


def schedule(
    *,
    digest_id: int,
    release_at: datetime,
    by: StaffUser | None,
    now: datetime,
    waves: Waves | None = None,
    follows_rule: bool = False,
) -> bool:
    """Approved (or scheduled for another time) -> scheduled; whoever did it chose time and waves.

    `follows_rule`: he left it at those of the rule.
    """
    chosen: dict[str, Any] = {}
    if by is not None:
        chosen = {"follows_rule": follows_rule, **fields(waves)}
    return move(
        digest_id=digest_id,
        old={State.APPROVED, State.SCHEDULED},
        new=State.SCHEDULED,
        now=now,
        actor=by,
        act=Act.SENT,
        detail=due_in_words(release_at=release_at, waves=waves, now=now),
        release_at=release_at,
        **chosen,
    )


def back_to_draft(*, digest_id: int, by: StaffUser | None, now: datetime, reason: str = "") -> bool:
    """Approved, scheduled, held or skipped -> draft; every approval is gone."""
    Agreement.objects.filter(digest_id=digest_id).delete()
    return move(
        digest_id=digest_id,
        old={State.APPROVED, State.SCHEDULED, State.HELD, State.SKIPPED},
        new=State.DRAFT,
        now=now,
        actor=by,
        reason=reason,
        revision=None,
        approved_by=None,
        approved_at=None,
    )


def hold(*, digest_id: int, reason: str, now: datetime) -> bool:
    """Draft, approved or scheduled -> held: a person must act."""
    return move(digest_id=digest_id, old=HOLDABLE, new=State.HELD, now=now, reason=reason)


def skip(*, digest_id: int, reason: str, now: datetime) -> bool:
    """Draft -> skipped: there is nothing to do; the occurrence stays taken."""
    return move(digest_id=digest_id, old={State.DRAFT}, new=State.SKIPPED, now=now, reason=reason)


def release(*, digest_id: int, now: datetime) -> bool:
    """Scheduled and due -> preparing: `delivery.preparation` makes its lanes, and freezes who."""
    return move(digest_id=digest_id, old={State.SCHEDULED}, new=State.PREPARING, now=now)


def start_sending(*, digest_id: int, now: datetime) -> bool:
    """Preparing -> sending, after the first piece is prepared."""
    return move(
        digest_id=digest_id,
        old={State.PREPARING},
        new=State.SENDING,
        now=now,
        sending_at=now,
    )


def pause(*, digest_id: int, by: StaffUser | None, now: datetime, reason: str = "") -> bool:
    """Preparing or sending -> paused: no new call to a provider begins."""
    return move(
        digest_id=digest_id,
        old={State.PREPARING, State.SENDING},
        new=State.PAUSED,
        now=now,
        actor=by,
        reason=reason,
        act=Act.PAUSED,
    )


def resume(*, digest_id: int, by: StaffUser | None, now: datetime) -> bool:
    """Paused -> sending; the sweeper and the drains go on where they were."""
    return move(
        digest_id=digest_id,
        old={State.PAUSED},
        new=State.SENDING,
        now=now,
        actor=by,
        act=Act.RESUMED,
        # One that was stopped while it was being prepared begins now.
        sending_at=Coalesce("sending_at", now, output_field=DateTimeField()),
    )


@transaction.atomic
def reopen(*, digest_id: int, by: StaffUser | None, now: datetime, reason: str) -> bool:
    """Sent or cancelled -> sending again, for some of its readers; logged where it is on its way.

    Raises `DateTaken` when another mail has the date of a cancelled one by now.
    """
    old = {State.SENT, State.CANCELLED, State.SENDING, State.PAUSED}
    digest = Digest.objects.select_for_update(no_key=True).get(pk=digest_id)
    if digest.state == State.CANCELLED and _is_date_taken(digest):
        raise DateTaken
    was_cancelled = digest.state == State.CANCELLED
    return move(
        digest_id=digest_id,
        old=old,
        new=State.PAUSED if digest.state == State.PAUSED else State.SENDING,
        now=now,
        actor=by,
        reason=reason,
        act=Act.SENT,
        reopened_at=now,
        # Nobody is added to an audience whose preparation a cancel cut off.
        prepared_at=digest.prepared_at or (now if was_cancelled else None),
    )


@transaction.atomic
def remark(
    *,
    digest_id: int,
    reason: str,
    by: StaffUser | None,
    now: datetime,
    act: Act | None = None,
    **fields: Any,
) -> None:
    """Set `fields` and log why, without moving it: a decision that leaves it where it is."""
    digest = Digest.objects.select_for_update(no_key=True).get(pk=digest_id)
    Digest.objects.filter(pk=digest_id).update(**fields)
    DigestChange.objects.create(
        digest_id=digest_id, old=digest.state, new=digest.state, reason=reason, actor=by, at=now
    )
    if act is not None:
        _record(digest_id, act, by, reason, now)


def _is_date_taken(digest: Digest) -> bool:
    others = Digest.objects.filter(newsletter=digest.newsletter_id, occurrence=digest.occurrence)
    return others.exclude(state=State.CANCELLED).exists()


def cancel(*, digest_id: int, by: StaffUser | None, now: datetime, reason: str = "") -> bool:
    """Anything not finished -> cancelled. What is on its way: by `delivery.cancelling`."""
    return move(
        digest_id=digest_id,
        old=CANCELLABLE,
        new=State.CANCELLED,
        now=now,
        actor=by,
        reason=reason,
        act=Act.CANCELLED,
    )


@transaction.atomic
def finish(*, digest_id: int, now: datetime) -> bool:
    """Sending -> sent: all is prepared and nothing pending, submitting or in retry."""
    # Locked before it is looked at: somebody may be having it sent again to some at this moment.
    sending = Digest.objects.select_for_update(no_key=True).filter(
        pk=digest_id, state=State.SENDING, prepared_at__isnull=False
    )
    if (
        sending.first() is None
        or Batch.objects.filter(digest_id=digest_id, state__in=OPEN_BATCHES).exists()
    ):
        return False
    # The first time counts; those who got it later were sent it again.
    first = Digest.objects.values_list("sent_at", flat=True).get(pk=digest_id)
    return move(
        digest_id=digest_id, old={State.SENDING}, new=State.SENT, now=now, sent_at=first or now
    )
