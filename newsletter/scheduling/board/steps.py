"""Who has to act on a mail, and the one thing to do next."""

from dataclasses import dataclass

from newsletter.digests.assembly import rule_of
from newsletter.models import Digest
from newsletter.scheduling import upcoming
from newsletter.scheduling.needs import (
    APPROVAL,
    EDITOR,
    ITSELF,
    NOBODY,
    SECOND,
    SECOND_APPROVAL,
    SENDER,
)

State = Digest.State
# Of what is only planned: nobody has to do anything yet.
LATER = "an editor, once it is made"


@dataclass(frozen=True, slots=True)
class NextStep:
    """The one thing to do next: a word for programs and the words on the button."""

    code: str
    label: str


STEPS = {
    State.APPROVED: (SENDER, NextStep("send", "Send or schedule")),
    State.SCHEDULED: (ITSELF, NextStep("preview", "Preview")),
    State.PREPARING: (ITSELF, NextStep("watch", "Watch")),
    State.SENDING: (ITSELF, NextStep("watch", "Watch")),
    State.PAUSED: (SENDER, NextStep("resume", "Go on sending")),
    State.HELD: (SENDER, NextStep("decide", "Decide")),
    State.SKIPPED: (NOBODY, NextStep("make_anyway", "Make it anyway")),
    State.SENT: (NOBODY, NextStep("result", "See how it went")),
    State.CANCELLED: (NOBODY, NextStep("look", "Look")),
}


def who_acts(digest: Digest, *, has_agreement: bool) -> str:
    """Who has to do the next step, by what its row says; its words are not looked at.

    `has_agreement`: one of two people approved it.
    """
    if digest.state == State.DRAFT:
        if has_agreement:
            return SECOND
        return ITSELF if needs_nobody(digest) else EDITOR
    if digest.state == State.APPROVED and digest.release_at is not None:
        return ITSELF
    return STEPS[State(digest.state)][0]


def needs_nobody(digest: Digest) -> bool:
    """Whether a draft goes at its time without anybody's approval."""
    automatic = upcoming.goes_by_itself(digest=digest, rule=rule_of(digest.newsletter))
    return automatic and digest.release_at is not None


def of_approved(digest: Digest, missing: tuple[str, ...]) -> tuple[str, NextStep]:
    """As `of_draft`, of what is no draft: what keeps an approved mail back is for an editor."""
    if missing:
        return EDITOR, NextStep("edit", "Look at it")
    return who_acts(digest, has_agreement=False), STEPS[State(digest.state)][1]


def of_draft(missing: tuple[str, ...]) -> tuple[str, NextStep]:
    """Who acts on a draft, and how, by what it still lacks."""
    if missing == (SECOND_APPROVAL,):
        return SECOND, NextStep("approve", "Approve")
    if missing and missing != (APPROVAL,):
        return EDITOR, NextStep("edit", "Finish it")
    if missing:
        return EDITOR, NextStep("approve", "Approve")
    return ITSELF, NextStep("edit", "Look it over")
