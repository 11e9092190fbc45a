"""The steps that a person can take with a mail: which ones apply in which state, and what they do.

Each is one call of one domain function. A step that is hard to take back asks first, on a page of
its own; nothing happens on GET. Who may take which is said here too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser

from config.models import StaffUser
from newsletter.delivery import cancelling, control
from newsletter.models import Digest
from newsletter.release import approval
from newsletter.release.approval import Decision
from newsletter.release.consent import Said

State = Digest.State
Run = Callable[[Digest, StaffUser, datetime, Said], bool]
# As a request has it.
Person = StaffUser | AnonymousUser


@dataclass(frozen=True, slots=True)
class Step:
    """`run` answers False when the mail was elsewhere by then. `asks`: has a page of its own.

    `right`, such as "send", is the permission of mails that it needs.
    """

    key: str
    label: str
    icon: str
    run: Run
    done: str
    right: str
    asks: bool = False
    # "stop" steps stand apart, always at the same place.
    stops: bool = False
    # The page of its own where more is asked than yes or no, by the last part of its name.
    page: str = ""
    # It asks for what was seen and ticked; see `approving`.
    approves: bool = False


def _approve(digest: Digest, by: StaffUser, now: datetime, said: Said) -> bool:
    approval.approve(digest_id=digest.pk, by=by, now=now, said=said)
    return True


def _send_now(digest: Digest, by: StaffUser, now: datetime, said: Said) -> bool:
    if digest.state == State.HELD:
        approval.release_held(
            digest_id=digest.pk, decision=Decision.SEND, by=by, now=now, said=said
        )
    else:
        approval.send_now(digest_id=digest.pk, by=by, now=now, said=said)
    return True


def _back_to_draft(digest: Digest, by: StaffUser, now: datetime, _: Said) -> bool:
    approval.take_back(digest_id=digest.pk, by=by, now=now)
    return True


def _make_anyway(digest: Digest, by: StaffUser, now: datetime, _: Said) -> bool:
    approval.make_anyway(digest_id=digest.pk, by=by, now=now)
    return True


def _pause(digest: Digest, by: StaffUser, now: datetime, _: Said) -> bool:
    return control.pause(digest_id=digest.pk, by=by, now=now)


def _resume(digest: Digest, by: StaffUser, now: datetime, _: Said) -> bool:
    return control.resume(digest_id=digest.pk, by=by, now=now)


def _cancel(digest: Digest, by: StaffUser, now: datetime, _: Said) -> bool:
    if digest.state == State.HELD:
        approval.release_held(digest_id=digest.pk, decision=Decision.CANCEL, by=by, now=now)
        return True
    return cancelling.cancel(digest_id=digest.pk, by=by, now=now)


APPROVE = Step(
    "approve",
    "Approve",
    "check",
    _approve,
    "Approved. It can be scheduled now.",
    "approve",
    approves=True,
)
SEND_NOW = Step(
    "send-now", "Send now", "send", _send_now, "It is on its way.", "send", asks=True, approves=True
)
DRAFT = Step(
    "back-to-draft",
    "Back to draft",
    "edit",
    _back_to_draft,
    "It is a draft again, without a time: schedule it when it is ready.",
    "change",
)
ANYWAY = Step(
    "make-anyway",
    "Make it anyway",
    "auto_awesome_motion",
    _make_anyway,
    "It is a draft now, with the newest stories that were not used before.",
    "change",
)
PAUSE = Step(
    "pause",
    "Pause",
    "pause",
    _pause,
    "Paused. Nothing more is handed over; what is with the provider at this moment still arrives.",
    "cancel",
    stops=True,
)
RESUME = Step(
    "resume",
    "Go on sending",
    "play_arrow",
    _resume,
    "Sending goes on.",
    "send",
    asks=True,
)
CANCEL = Step(
    "cancel",
    "Cancel it",
    "close",
    _cancel,
    "Cancelled. No more goes out.",
    "cancel",
    asks=True,
    stops=True,
)
# Its form has a time; see `schedule`.
SCHEDULE = Step(
    "schedule",
    "Schedule",
    "schedule",
    lambda *_: False,
    "It is scheduled.",
    "send",
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
    "approve",
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


def may(person: Person, step: Step) -> bool:
    """Whether somebody has the right to a step."""
    return person.has_perm(f"newsletter.{step.right}_digest")


def may_approve(person: Person) -> bool:
    """Whether he may also send what nobody approved: sending it approves it."""
    return may(person, APPROVE)


def waits_for_approval(digest: Digest, step: Step, person: Person) -> bool:
    """Whether a step would approve the mail for somebody who has no right to that."""
    sends = step in {SEND_NOW, SCHEDULE}
    return sends and not approval.is_approved(digest) and not may_approve(person)


def offered(digest: Digest, person: Person) -> tuple[Step, ...]:
    """The steps that apply now and that somebody may take."""
    return tuple(
        step
        for step in of(digest)
        if may(person, step) and not waits_for_approval(digest, step, person)
    )
