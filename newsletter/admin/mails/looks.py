"""How the states of a mail look: one icon and one colour each, always with the word."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from newsletter.models import Digest
from subscribers.admin.chips import Look, chip

State = Digest.State

STATES = {
    State.DRAFT: Look("edit", "slate"),
    State.APPROVED: Look("schedule", "sea"),
    State.SCHEDULED: Look("schedule", "sea"),
    State.PREPARING: Look("send", "sea"),
    State.SENDING: Look("send", "sea"),
    State.PAUSED: Look("pause", "amber"),
    State.SENT: Look("check", "leaf"),
    State.HELD: Look("priority_high", "amber"),
    State.SKIPPED: Look("remove", "slate"),
    State.CANCELLED: Look("close", "slate"),
}
PLANNED = Look("event", "slate")
URGENT = Look("bolt", "signal")
UNKNOWN = Look("question_mark", "plum")


def state_chip(state: str, *, word: str = "") -> SafeString:
    """The chip of a state; `word` replaces its name."""
    found = State(state)
    return chip(look=STATES[found], word=word or found.label)


def with_urgency(found: SafeString, digest: Digest) -> SafeString:
    """The chip of a mail's state, and that it cannot wait where that is so."""
    if not digest.is_urgent:
        return found
    return format_html(
        '<span class="desk-chips">{} {}</span>', found, chip(look=URGENT, word="Urgent")
    )
