"""A mail as it is shown to somebody who is not its reader: nobody's links, nothing counted."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from newsletter.rendering.counted_links import CountedLink, direct_html, direct_text
from newsletter.rendering.personal import HasFragments, Person, sample_values
from newsletter.rendering.reader_marks import reader_mark
from subscribers import links, tokens
from subscribers.mailing.messages import fill
from subscribers.models import Newsletter


class HasWords(HasFragments, Protocol):
    """A revision, or a rendered digest that is not one yet."""

    @property
    def subject(self) -> str: ...
    @property
    def preheader(self) -> str: ...
    @property
    def html(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def links(self) -> list[CountedLink]: ...


@dataclass(frozen=True, slots=True)
class Sample:
    """A mail filled in for a reader who does not exist."""

    subject: str
    preheader: str
    html: str
    text: str


def sample(*, newsletter: Newsletter, words: HasWords, person: Person | None = None) -> Sample:
    """`words` for `person`, else for one called Ada; links are direct, those for leaving dead."""
    values = sample_values(newsletter=newsletter, revision=words, person=person)
    return Sample(
        subject=fill(words.headers.get("Subject", words.subject), values),
        preheader=fill(words.preheader, values),
        html=fill(direct_html(words.html, words.links), values),
        text=fill(direct_text(words.text, words.links), values),
    )


def sent_size(*, newsletter: Newsletter, words: HasWords) -> int:
    """Bytes of the HTML as it is sent, with a reader's own links."""
    values = sample_values(newsletter=newsletter, revision=words)
    return len(fill(words.html, values | _as_long_as_sent(newsletter)).encode())


def _as_long_as_sent(newsletter: Newsletter) -> dict[str, str]:
    """Links that are as long as those of a reader, and nobody's."""
    return {
        "unsubscribe_url": links.unsubscribe_url(subscriber_id=0, newsletter_id=newsletter.pk),
        "preferences_url": links.preferences_url(subscriber_id=0, issued_at=tokens.EPOCH),
        "reader": reader_mark(revision_id=0, subscriber_id=0),
    }
