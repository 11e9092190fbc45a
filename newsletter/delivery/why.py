"""Why a reader differs from his batch, for people: the reasons that rows keep as words."""

# Those that do not speak for themselves.
_WORDS = {
    "paused": "on a break",
    "bad_mailbox": "no such mailbox",
    "bad_address": "the provider cannot take this address",
    "too_large": "larger than the provider takes",
    "no_answer": "no answer",
    "not_sent": "not handed over",
    "try_again": "refused for now",
}


def why_in_words(reason: str) -> str:
    """ "on a break"; others as they are, without the marks of a program."""
    return _WORDS.get(reason, reason.replace("_", " "))
