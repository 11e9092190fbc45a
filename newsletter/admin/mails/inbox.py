"""How inboxes show a mail before it is opened: sender, subject and preview line, cut to fit."""

from dataclasses import dataclass

from newsletter.models import Digest


@dataclass(frozen=True, slots=True)
class Inbox:
    """So many characters fit. `subject` None: both stand on one line of `preview` characters."""

    key: str
    label: str
    icon: str
    preview: int
    subject: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A mail as an inbox lists it."""

    inbox: Inbox
    sender: str
    subject: str
    preview: str


INBOXES = (
    Inbox("gmail-phone", "Gmail on a phone", "smartphone", subject=38, preview=45),
    Inbox("apple-phone", "Apple Mail on a phone", "smartphone", subject=36, preview=82),
    Inbox("gmail-computer", "Gmail on a computer", "computer", preview=105),
    Inbox("apple-computer", "Apple Mail on a computer", "computer", subject=45, preview=100),
    Inbox("outlook-computer", "Outlook on a computer", "computer", subject=50, preview=55),
)


def rows(digest: Digest) -> list[Row]:
    """How each shows it now. Without a preview line they show how the mail begins."""
    sender = digest.newsletter.from_name or digest.newsletter.name
    preview = digest.preheader or digest.intro
    return [_row(inbox, sender, digest.subject, " ".join(preview.split())) for inbox in INBOXES]


def cut(text: str, at_most: int) -> str:
    """As inboxes do it: in the middle of a word, with three dots."""
    return text if len(text) <= at_most else f"{text[: max(at_most - 1, 0)].rstrip()}…"


def _row(inbox: Inbox, sender: str, subject: str, preview: str) -> Row:
    if inbox.subject is not None:
        return Row(inbox, sender, cut(subject, inbox.subject), cut(preview, inbox.preview))
    shown = cut(subject, inbox.preview)
    # What the subject leaves of the line, and the dash between both.
    left = inbox.preview - len(subject) - 3
    return Row(inbox, sender, shown, cut(preview, left) if left > 0 else "")
