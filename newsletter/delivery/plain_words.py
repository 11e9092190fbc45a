"""How a reader is told what became of a mail: without our numbers, and of nobody else."""

_STATES = {
    "pending": "waiting to go",
    "claimed": "about to go",
    "submitting": "on its way out",
    "accepted": "taken by our mail service, which brings it to your mailbox",
    "retry": "will be tried again",
    "failed": "it could not be sent to you",
    "unknown": (
        "our mail service never answered, so it may have reached you or not; it was not sent "
        "again, so that you do not get it twice"
    ),
    "left": "not sent to you, since you were no longer to get it",
    "cancelled": "called off before it went to you",
}
_WHY = {
    "bad_mailbox": "your mailbox did not take it",
    "refused": "it was refused",
    "paused": "you were on a break",
    "suppressed": "your address gets no mail from us",
    "unsubscribed": "you had left",
}

PREPARED = "Prepared for you."
NOT_FOR_YOU = "This mail was not for you."
NOT_YET = "Who gets this mail is not settled yet."
OF_A_WAVE = "The time it was to go by your own clock, or later if the mail was late."
CAME_TO_NOTHING = "A try to send it came to nothing."


def given(provider: str) -> str:
    """ "Given to our mail service (postmark)."."""
    return f"Given to our mail service ({provider})."


def stands(state: str) -> str:
    """A batch's state for one of its readers."""
    return _sentence(_STATES.get(state, state))


def changed(state: str, reason: str) -> str:
    """What was noted of this reader alone."""
    return _sentence(_STATES.get(state, state) + _because(reason))


def now(state: str, reason: str = "", detail: str = "") -> str:
    """How it stands in the end; `detail` is what a mail server said of this reader."""
    said = f" ({detail})" if detail else ""
    return f"So now: {_STATES.get(state, state)}{_because(reason)}{said}."


def _because(reason: str) -> str:
    return f": {_WHY[reason]}" if reason in _WHY else ""


def _sentence(words: str) -> str:
    return f"{words[:1].upper()}{words[1:]}."
