"""What is handed to a provider: a mailing (the same for many) and its recipients.

A placeholder is `@@name@@` with a name of lower-case letters and underscores. Values are made safe
where they are built (HTML-escaped for names ending in `_html`), so filling in is plain replacement.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

PLACEHOLDER = re.compile(r"@@([a-z_]+)@@")
# The first of two at-signs.
_PAIR = re.compile(r"@(?=@)")


@dataclass(frozen=True, slots=True)
class Mailing:
    """One mail with placeholders in subject, html, text and header values."""

    subject: str
    html: str
    text: str
    from_name: str
    from_address: str
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    # What it comes from: "digest:12", "notice:7", "test:3". Sent along as metadata.
    source: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """One reader of a mailing. `values` has a value for each placeholder of the mailing."""

    subscriber_id: int | None
    address: str
    message_id: str
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def key(self) -> int:
        """What an answer names the reader by; 0 for somebody without an id, who is alone in it."""
        return self.subscriber_id or 0


def fill(template: str, values: Mapping[str, str]) -> str:
    """`template` with every placeholder replaced; raises KeyError when a value is missing."""
    return PLACEHOLDER.sub(lambda match: values[match[1]], template)


def defuse(text: str) -> str:
    """`text` from an editor or a feed with nothing in it that reads as a placeholder.

    A zero-width space goes between any two signs, so people see what was written. Of three signs
    two must not stay together: with a placeholder of ours right behind they would make another.
    """
    return _PAIR.sub("@\u200b", text)
