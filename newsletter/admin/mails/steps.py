"""The steps that a person can take with a mail: which ones apply in which state, and what they do.

Each is one call of one domain function. A step that is hard to take back asks first, on a page of
its own; nothing happens on GET.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from config.models import StaffUser
from newsletter.delivery import cancelling, control
from newsletter.models import Digest
from newsletter.release import approval
from newsletter.release.approval import Decision

State = Digest.State
Run = Callable[..., bool]


@dataclass(frozen=True, slots=True)
class Step:
    """`run` answers False when the mail was elsewhere by then. `asks`: has a page of its own."""

    key: str
    label: str
    icon: str
    run: Run
    done: str
    asks: bool = False
    # "stop" steps stand apart, always at the same place.
    stops: bool = False
    # The page of its own where more is asked than yes or no, by the last part of its name.
    page: str = ""
    # Its `run` also takes what was seen and ticked; see `approving`.
    approves: bool = False


def _approve(digest: Digest, by: StaffUser, now: datetime, **said: Any) -> bool:
    approval.approve(digest_id=digest.pk, by=by, now=now, **said)
    return True


def _send_now(digest: Digest, by: StaffUser, now: datetime, **said: Any) -> bool:
    if digest.state == State.HELD:
        approval.release_held(digest_id=digest.pk, decision=Decision.SEND, by=by, now=now, **said)
    else:
        approval.send_now(digest_id=digest.pk, by=by, now=now, **said)
    return True


def _back_to_draft(digest: Digest, by: StaffUser, now: datetime) -> bool:
    approval.take_back(digest_id=digest.pk, by=by, now=now)
    return True


def _make_anyway(digest: Digest, by: StaffUser, now: datetime) -> bool:
    approval.make_anyway(digest_id=digest.pk, by=by, now=now)
    return True


def _pause(digest: Digest, by: StaffUser, now: datetime) -> bool:
    return control.pause(digest_id=digest.pk, by=by, now=now)


def _resume(digest: Digest, by: StaffUser, now: datetime) -> bool:
    return control.resume(digest_id=digest.pk, by=by, now=now)


def _cancel(digest: Digest, by: StaffUser, now: datetime) -> bool:
    if digest.state == State.HELD:
        approval.release_held(digest_id=digest.pk, decision=Decision.CANCEL, by=by, now=now)
        return True
    return cancelling.cancel(digest_id=digest.pk, by=by, now=now)


APPROVE = Step(
    "approve", "Approve", "check", _approve, "Approved. It can be scheduled now.", approves=True
)
SEND_NOW = Step(
    "send-now", "Send now", "send", _send_now, "It is on its way.", asks=True, approves=True
)
DRAFT = Step(
    "back-to-draft",
    "Back to draft",
    "edit",
    _back_to_draft,
    "It is a draft again, without a time: schedule it when it is ready.",
)
ANYWAY = Step(
    "make-anyway",
    "Make it anyway",
    "auto_awesome_motion",
    _make_anyway,
    "It is a draft now, with the newest stories that were not used before.",
)
PAUSE = Step(
    "pause",
    "Pause",
    "pause",
    _pause,
    "Paused. Nothing more is handed over; what is with the provider at this moment still arrives.",
    stops=True,
)
RESUME = Step("resume", "Go on sending", "play_arrow", _resume, "Sending goes on.", asks=True)
CANCEL = Step(
    "cancel", "Cancel it", "close", _cancel, "Cancelled. No more goes out.", asks=True, stops=True
)
# Its form has a time; see `views.schedule`.
SCHEDULE = Step(
    "schedule",
    "Schedule",
    "schedule",
    lambda *_: False,
    "It is scheduled.",
    asks=True,
    page="schedule",
)
# Its form has a note; see `correction`.
CORRECT = Step(
    "correct",
    "Approve the correction",
    "check",
    lambda *_: False,
    "Approved. Whoever does not have it yet gets the new words. It is still paused: go on sending.",
    asks=True,
    page="correct",
)

# The first is the next step; the last one that stops stands apart.
OF_STATE: dict[State, tuple[Step, ...]] = {
    State.DRAFT: (APPROVE, SCHEDULE, SEND_NOW, CANCEL),
    State.APPROVED: (SCHEDULE, SEND_NOW, DRAFT, CANCEL),
    State.SCHEDULED: (SEND_NOW, SCHEDULE, DRAFT, CANCEL),
    State.PREPARING: (PAUSE,),
    State.SENDING: (PAUSE,),
    State.PAUSED: (RESUME, CORRECT, CANCEL),
    State.HELD: (SEND_NOW, DRAFT, CANCEL),
    State.SKIPPED: (ANYWAY, CANCEL),
    State.SENT: (),
    State.CANCELLED: (),
}
STEPS = {step.key: step for steps in OF_STATE.values() for step in steps}


def of(digest: Digest) -> tuple[Step, ...]:
    """The steps that apply to a mail now, the next one first."""
    return OF_STATE[State(digest.state)]
