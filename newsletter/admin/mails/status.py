"""Where a mail stands: state, time, what is missing, how far it went, and what happened so far."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from newsletter.admin.mails import steps
from newsletter.admin.mails.looks import state_chip
from newsletter.delivery.counts import Counts, counts
from newsletter.models import Digest
from newsletter.release import readiness
from subscribers import audience
from subscribers.moments import moment_in_words

State = Digest.State
CALLED_OFF = {State.CANCELLED, State.SKIPPED}
JUST_DUE = timedelta(minutes=1)
ON_ITS_WAY = {State.PREPARING, State.SENDING, State.PAUSED}


def context(*, digest: Digest, may_change: bool) -> dict[str, Any]:
    """What the head and the side of a mail's pages show."""
    available = steps.of(digest) if may_change else ()
    return {
        "digest": digest,
        "may_change": may_change,
        "chip": state_chip(digest.state),
        "when": when(digest),
        "forward": [step for step in available if not step.stops],
        "stop": next((step for step in available if step.stops), None),
        "problems": readiness.problems(digest=digest) if digest.is_editable else [],
        "counts": counts(digest_ids=[digest.pk]).get(digest.pk, Counts()),
        # The page looks again by itself while somebody waits for the numbers to move.
        "on_its_way": digest.state in ON_ITS_WAY or _is_due(digest),
        "changes": [
            (change, state_chip(change.new))
            for change in digest.changes.select_related("actor").order_by("-at", "-id")[:20]
        ],
    }


def when(digest: Digest) -> str:
    """When it goes, went or would go, in the newsletter's zone."""
    at = digest.sent_at or digest.sending_at or digest.release_at
    if at is None:
        return "No time set yet"
    if _is_due(digest):
        return "Goes out in a moment"
    now = timezone.now()
    moment = moment_in_words(at=at, now=now, zone=digest.newsletter.zone)
    return f"{_verb(digest, is_past=at < now)} {moment}"


def _verb(digest: Digest, *, is_past: bool) -> str:
    if digest.sent_at:
        return "Sent"
    if digest.sending_at or digest.state in ON_ITS_WAY:
        return "Began"
    if digest.state in CALLED_OFF:
        return "Was to go out"
    if is_past:
        return "Was due"
    return "Goes out" if digest.state == State.SCHEDULED else "Due"


def _is_due(digest: Digest) -> bool:
    """Scheduled for a moment that was just reached: the service lets it go within seconds."""
    if digest.state != State.SCHEDULED or digest.release_at is None:
        return False
    return timedelta(0) <= timezone.now() - digest.release_at < JUST_DUE


def readers(digest: Digest) -> int:
    """How many would get it if it went out now."""
    return audience.deliverable(newsletter_id=digest.newsletter_id).count()
