"""The headers that every mail of a digest carries."""

import re
from email.header import Header

from newsletter.rendering.wording import one_line
from subscribers.models import Newsletter

# What a phrase may hold without quotes (RFC 5322 section 3.2.3, atoms and spaces).
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")


def digest_headers(*, newsletter: Newsletter) -> dict[str, str]:
    """Header name -> value, with placeholders where readers differ.

    List-Id: RFC 2919. List-Unsubscribe: RFC 2369, with the POST of RFC 8058 section 3.1, for which
    the address must be https and must be covered by the provider's DKIM signature.

    Precedence: bulk and List-Id keep vacation programs silent (RFC 3834 section 2, RFC 5230
    section 4.6). There is no Auto-Submitted: RFC 3834 section 5 means mail without a person behind
    it; an editor approved this one and reads the replies. Our notices carry it.
    """
    return {
        "Message-ID": "@@message_id@@",
        "List-Id": f"{phrase(one_line(newsletter.name))} <{newsletter.list_id}>",
        "List-Unsubscribe": "<@@unsubscribe_url@@>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Precedence": "bulk",
    }


def phrase(words: str) -> str:
    """`words` as they may stand before an address: bare, quoted, or encoded (RFC 2047)."""
    if not words.isascii():
        return Header(words, "utf-8", maxlinelen=10_000).encode()
    if _ATOMS.fullmatch(words):
        return words
    escaped = words.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
