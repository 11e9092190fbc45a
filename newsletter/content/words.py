"""The short facts of an entry, tidied alike for every format."""

import re
from collections.abc import Iterable
from datetime import UTC, datetime

from newsletter.content import identity, sanitizing
from newsletter.content.days import is_likely

MAX_TITLE = 300
MAX_LINK = 1000
MAX_AUTHORS = 5
MAX_TOPICS = 8
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})?")


def missing(*, title: str, link: str) -> str:
    """What an entry lacks to be a story ("has no title"), or nothing."""
    if not title:
        return "has no title"
    if not link:
        return "has no link"
    try:
        clean = identity.without_tracking(link)
    except ValueError:
        return "has a link that is no web address"
    return f"has a link of more than {MAX_LINK:,} characters" if len(clean) > MAX_LINK else ""


def title(text: str) -> str:
    """A headline in one line that fits its column."""
    text = sanitizing.one_line(text)
    return text if len(text) <= MAX_TITLE else text[: MAX_TITLE - 1].rstrip() + "…"


def authors(names: Iterable[str]) -> tuple[str, ...]:
    """Names of people; an address is not a name, and nobody's address is published."""
    tidy = (sanitizing.one_line(name) for name in names)
    return _distinct(name for name in tidy if "@" not in name and len(name) <= 120)[:MAX_AUTHORS]


def topics(names: Iterable[str]) -> tuple[str, ...]:
    """What it is about, without the addresses and codes that some systems put there."""
    tidy = (sanitizing.plain_text(name) for name in names)
    return _distinct(name for name in tidy if "://" not in name and len(name) <= 80)[:MAX_TOPICS]


def language(*tags: str) -> str:
    """The first well-formed language tag ("en-GB"), else "en"."""
    for tag in tags:
        found = _LANGUAGE.match(tag.strip().replace("_", "-"))
        if found:
            return found[0]
    return "en"


def moment(*texts: str) -> datetime | None:
    """The first readable and likely ISO 8601 moment in UTC; one without a zone is taken as UTC."""
    for text in texts:
        try:
            found = datetime.fromisoformat(text.strip())
        except ValueError:
            continue
        if is_likely(found.date()):
            return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    return None


def _distinct(names: Iterable[str]) -> tuple[str, ...]:
    found: dict[str, str] = {}
    for name in filter(None, names):
        found.setdefault(name.casefold(), name)
    return tuple(found.values())
