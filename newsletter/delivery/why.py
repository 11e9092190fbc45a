"""Why a reader differs from his batch, for people: the reasons that rows keep as words."""

# Those that do not speak for themselves.
_WORDS = {"paused": "on a break"}


def why_in_words(reason: str) -> str:
    """ "on a break"; others as they are."""
    return _WORDS.get(reason, reason)
