"""Candidates: the stories that an editor may add to a mail, newest first, a page at a time."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from newsletter.digests.story_ledger import Run, counted, runs_of
from newsletter.models import Article, Digest, Image, Item

A_PAGE = 30
# Words beyond these find nothing more.
MOST_WORDS = 8


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody looks for; None and False: all the same to him."""

    words: str = ""
    feed_id: int | None = None
    topic_id: int | None = None
    good_news: bool = False
    has_picture: bool = False
    not_run: bool = False
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A story, where it ran or is to run, and whether it stands in this mail already."""

    story: Article
    elsewhere: tuple[Run, ...]
    is_here: bool
    is_worth_it_again: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One page; `after` is asked for the next one ("": there is none)."""

    candidates: tuple[Candidate, ...]
    after: str = ""


def candidates(*, digest: Digest, wanted: Wanted, after: str = "", now: datetime) -> Found:
    """A page of stories, without their bodies; two statements.

    Those in this mail are only among them for who asks for them by their words.
    """
    stories = _stories(wanted, now)
    if not wanted.words:
        here = Item.objects.filter(article=OuterRef("pk"), section__digest=digest)
        stories = stories.exclude(Exists(here))
    if place := _place(after):
        at, pk = place
        stories = stories.filter(Q(published_at__lt=at) | Q(published_at=at, pk__lt=pk))
    found = list(stories.order_by("-published_at", "-pk")[: A_PAGE + 1])
    shown = found[:A_PAGE]
    runs = runs_of(article_ids=[story.pk for story in shown])
    return Found(
        candidates=tuple(_candidate(story, runs.get(story.pk, []), digest) for story in shown),
        after=f"{shown[-1].published_at.isoformat()}_{shown[-1].pk}" if found[A_PAGE:] else "",
    )


def start_of(*, days: int, digest: Digest, now: datetime) -> datetime:
    """So many days ago; of 1 day the midnight before, where the newsletter is."""
    if days > 1:
        return now - timedelta(days=days)
    here = now.astimezone(digest.newsletter.zone)
    return here.replace(hour=0, minute=0, second=0, microsecond=0)


def _stories(wanted: Wanted, now: datetime) -> QuerySet[Article]:
    asked = Q(published_at__lte=now)
    for word in wanted.words.split()[:MOST_WORDS]:
        asked &= Q(title__icontains=word) | Q(dek__icontains=word)
    if wanted.since is not None:
        asked &= Q(published_at__gte=wanted.since)
    if wanted.feed_id is not None:
        asked &= Q(feed=wanted.feed_id)
    if wanted.topic_id is not None:
        topics = Article.topics.through.objects.filter(topic=wanted.topic_id)
        asked &= Q(Exists(topics.filter(article=OuterRef("pk"))))
    if wanted.good_news:
        asked &= Q(good_news=True)
    if wanted.has_picture:
        asked &= Q(hero__state=Image.State.READY)
    if wanted.not_run:
        ran = Item.objects.filter(article=OuterRef("pk"))
        asked &= ~Q(Exists(counted(ran)))
    return Article.objects.filter(asked).select_related("feed", "hero").defer("body")


def _candidate(story: Article, runs: list[Run], digest: Digest) -> Candidate:
    return Candidate(
        story=story,
        elsewhere=tuple(run for run in runs if run.digest_id != digest.pk),
        is_here=any(run.digest_id == digest.pk for run in runs),
        is_worth_it_again=story.again_from is not None,
    )


def _place(after: str) -> tuple[datetime, int] | None:
    """The last story of the page before; None for the first page, and for what is no place."""
    moment, _, pk = after.rpartition("_")
    try:
        at = datetime.fromisoformat(moment)
        # The database is asked in UTC, where the first and last days of other zones are none.
        in_utc = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    is_place = at.tzinfo is not None and pk.isdecimal() and len(pk) < 19
    return (in_utc, int(pk)) if is_place else None
