"""Loading the demo: everything once, however often it is called."""

from dataclasses import dataclass
from datetime import datetime

from newsletter.demo import past, safety
from newsletter.demo.articles import load_articles, load_authors
from newsletter.demo.publications import load_feeds, load_newsletters, load_welcomes
from newsletter.demo.readers import load_readers
from newsletter.demo.reading import first_stories, further_stories
from newsletter.demo.staff import load_staff


@dataclass(frozen=True, slots=True)
class DemoResult:
    """How much of it was new: stories, readers, and mails sent (their subjects)."""

    stories: int
    readers: int
    sent: list[str]


def load(*, now: datetime) -> DemoResult:
    """Write what is missing of the demo and send the last mails of each newsletter to the outbox.

    Idempotent: what is there, edited or not, stays as it is. Raises DemoRefused where mail could
    leave this machine.
    """
    safety.check()
    load_staff()
    newsletters = load_newsletters(now=now)
    load_feeds()
    load_authors()
    older = past.older_by(newsletters=newsletters, now=now)
    stories = load_articles(stories=first_stories(), now=now, older_by=older)
    readers = load_readers(now=now)
    if readers:
        load_welcomes()
    digests = [one for each in newsletters for one in past.send_past(newsletter=each, now=now)]
    return DemoResult(stories=stories, readers=readers, sent=[digest.subject for digest in digests])


def more(*, now: datetime) -> int:
    """Add the eight further stories, dated now; how many were new. Raises DemoRefused."""
    safety.check()
    load_authors()
    return load_articles(stories=further_stories(), now=now)
