"""The placeholders that a digest may hold."""

from collections.abc import Iterable

from subscribers.mailing.messages import PLACEHOLDER

KNOWN = frozenset(
    {
        "greeting_html",
        "greeting_text",
        "reason_html",
        "reason_text",
        "unsubscribe_url",
        "preferences_url",
        "promo_html",
        "promo_text",
        "message_id",
        "reader",
    }
)


class RenderError(Exception):
    """A digest that cannot be mailed as it was drawn: a fault of a template, not of an editor."""


def placeholders(text: str) -> set[str]:
    """The names of all placeholders in `text`."""
    return set(PLACEHOLDER.findall(text))


def check(texts: Iterable[str], *, names: frozenset[str] = frozenset()) -> None:
    """Refuse placeholders that no reader has a value for, and a mail that cannot be left.

    `names`: those that this mail has beside the ones of every mail.
    """
    found = set().union(*map(placeholders, texts))
    if unknown := found - KNOWN - names:
        raise RenderError(f"No reader has a value for {', '.join(sorted(unknown))}.")
    if "unsubscribe_url" not in found:
        raise RenderError("The mail has no link to unsubscribe.")
