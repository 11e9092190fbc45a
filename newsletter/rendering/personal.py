"""What differs from reader to reader: one value per placeholder.

Called once per reader of every digest, so it is plain Python: no statement, no template.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Protocol
from urllib.parse import urlsplit

from django.conf import settings

from newsletter.rendering.merging import PREFIX
from newsletter.rendering.reader_marks import reader_mark
from newsletter.rendering.wording import called, day_in_words
from subscribers import links
from subscribers.mailing.messages import defuse
from subscribers.models import Newsletter


class HasFragments(Protocol):
    """A revision, or a rendered digest that is not one yet."""

    @property
    def fragments(self) -> Mapping[str, str]: ...


class IsFrozen(HasFragments, Protocol):
    """A revision that is kept."""

    @property
    def pk(self) -> int: ...

    @property
    def created_at(self) -> datetime: ...


def values(
    *,
    newsletter: Newsletter,
    revision: IsFrozen,
    digest_id: int,
    subscriber_id: int,
    name: str,
    confirmed_at: datetime | None,
    page: str,
    gets_promoted: bool,
) -> dict[str, str]:
    """The values of one reader. Those named `_html` are escaped, links are absolute.

    `page` says in words where he signed up. `gets_promoted`: he already gets the newsletter that
    this one offers, so the offer is left out.
    """
    # By the frozen words and not by the clock: a mail sent again must be the same.
    issued_at = revision.created_at
    unsubscribe_url = links.unsubscribe_url(
        subscriber_id=subscriber_id, newsletter_id=newsletter.pk, issued_at=issued_at
    )
    preferences_url = links.preferences_url(subscriber_id=subscriber_id, issued_at=issued_at)
    return _words(
        newsletter=newsletter,
        fragments=revision.fragments,
        name=name,
        confirmed_at=confirmed_at,
        page=page,
        gets_promoted=gets_promoted,
        preferences_url=preferences_url,
    ) | {
        "unsubscribe_url": unsubscribe_url,
        "preferences_url": preferences_url,
        # Ends every counted link of the mail.
        "reader": reader_mark(revision_id=revision.pk, subscriber_id=subscriber_id),
        "message_id": message_id(
            digest_id=digest_id,
            subscriber_id=subscriber_id,
            domain=newsletter.from_address.rpartition("@")[2],
        ),
    }


def message_id(*, digest_id: int, subscriber_id: int, domain: str) -> str:
    """With its angle brackets; the same for every try, so that mail programs show one of two."""
    return f"<{digest_id}.{subscriber_id}@{domain}>"


@dataclass(frozen=True, slots=True)
class Person:
    """What a mail says of its reader. `confirmed_at` None and no `page`: nothing is known."""

    name: str = ""
    confirmed_at: datetime | None = None
    page: str = ""
    gets_promoted: bool = False


def ada(newsletter: Newsletter) -> Person:
    """A reader who does not exist; she does not get the offered newsletter."""
    site = urlsplit(settings.SITE_URL).netloc
    return Person(name="Ada", confirmed_at=newsletter.created_at, page=site)


def sample_values(
    *, newsletter: Newsletter, revision: HasFragments, person: Person | None = None
) -> dict[str, str]:
    """Values for a preview as `person`, else as Ada. Nobody's links: all of them are dead."""
    seen_by = person or ada(newsletter)
    words = _words(
        newsletter=newsletter,
        fragments=revision.fragments,
        name=seen_by.name,
        confirmed_at=seen_by.confirmed_at,
        page=seen_by.page,
        gets_promoted=seen_by.gets_promoted,
        preferences_url="#",
    )
    sample = message_id(
        digest_id=0, subscriber_id=0, domain=newsletter.from_address.rpartition("@")[2]
    )
    return words | {"unsubscribe_url": "#", "preferences_url": "#", "message_id": sample}


def _words(
    *,
    newsletter: Newsletter,
    fragments: Mapping[str, str],
    name: str,
    confirmed_at: datetime | None,
    page: str,
    gets_promoted: bool,
    preferences_url: str,
) -> dict[str, str]:
    greeting_html, greeting_text = _greeting(fragments.get("greeting", "Hello"), name)
    reason_html, reason_text = _reason(
        _when(newsletter, confirmed_at), page, newsletter.name, fragments.get("chosen", "")
    )
    return {
        "greeting_html": greeting_html,
        "greeting_text": greeting_text,
        "reason_html": reason_html,
        "reason_text": reason_text,
        "promo_html": "" if gets_promoted else _promo(fragments, "promo_html", preferences_url),
        "promo_text": "" if gets_promoted else _promo(fragments, "promo_text", preferences_url),
        **_names(fragments, name),
    }


def _names(fragments: Mapping[str, str], name: str) -> dict[str, str]:
    """Two values for each fallback that the editors wrote (`rendering.merging`)."""
    found = {}
    for key, fallback in fragments.items():
        if key.startswith(PREFIX):
            found[f"{key}_html"], found[f"{key}_text"] = _name(name, fallback)
    return found


def _promo(fragments: Mapping[str, str], name: str, preferences_url: str) -> str:
    """The offer, its link leading to the reader's own page. Values are not filled a second time."""
    return fragments.get(name, "").replace("@@preferences_url@@", preferences_url)


@lru_cache(maxsize=4096)
def _name(name: str, fallback: str) -> tuple[str, str]:
    """As HTML and as text."""
    words = called(name) or fallback
    return escape(words), words


@lru_cache(maxsize=1024)
def _greeting(greeting: str, name: str) -> tuple[str, str]:
    """As HTML and as text. Most readers gave no name, so few are made for many."""
    known = called(name)
    words = f"{greeting}, {known}." if known else f"{greeting}."
    return escape(words), words


@lru_cache(maxsize=4096)
def _reason(when: str, page: str, newsletter: str, chosen: str = "") -> tuple[str, str]:
    """Why he gets it, as HTML and as text: the same for all who signed up on a day at a page.

    `chosen`: a further sentence, of what only those get who chose it. Without a page he came from a
    file without a day (`subscribers.admission`): all that is known is that he is on the list.
    """
    html, text = _signed_up(when, page, newsletter)
    return (f"{html} {escape(chosen)}", f"{text}\n{chosen}") if chosen else (html, text)


def _signed_up(when: str, page: str, newsletter: str) -> tuple[str, str]:
    if not page:
        words = f"You get this because you are on the list of {_plain(newsletter)}."
        return escape(words), words
    where = f"at {_plain(page)}"
    reason = " ".join(filter(None, ("You get this because you signed up", when, where)))
    # Broken by hand: the second half is the part of any length.
    text = f"You get this because you signed up {when}\n{where}".strip()
    return f"{escape(reason)}.", f"{text}."


def _plain(words: str) -> str:
    return defuse(" ".join(words.split()))


def _when(newsletter: Newsletter, confirmed_at: datetime | None) -> str:
    if confirmed_at is None:
        return ""
    day = confirmed_at.astimezone(newsletter.zone).date()
    return f"on {day_in_words(day, newsletter.language)}"
