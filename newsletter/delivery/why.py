"""Why a reader differs from his batch, for people: the reasons that rows keep as words."""

# Those that do not speak for themselves.
_WORDS = {
    "paused": "on a break",
    "every_day": "wants its other mails, not the weekly one",
    "weekdays_only": "wants it on weekdays only",
    "once_a_week": "wants it once a week instead",
}


def why_in_words(reason: str) -> str:
    """ "wants it once a week instead"; others as they are."""
    return _WORDS.get(reason, reason)
