"""The week: the stories of a newsletter's mails, for those who get one mail a week instead.

What ran in its own mails that went out, each story once. First what mattered most: to the desk,
which put it further up, and to the readers, who followed it. The wording is that of the newest
mail it ran in, but for what its story says otherwise by now.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from newsletter.digests.followed import Followed, followed
from newsletter.digests.wording import whole_sentences
from newsletter.models import Article, Digest, Item, Section

# With fewer stories there is nothing to make a mail of.
AT_LEAST = 3
# How far back the first one looks, and any one at most, where those before it did not go out.
A_WEEK, AT_MOST = timedelta(days=7), timedelta(days=14)
# Fewer clicks than these on a mail's best link say little.
FEW_CLICKS = 10
# What stands elsewhere is no story: a figure, a quotation, an advertisement.
STYLES = (
    Section.Style.LEAD,
    Section.Style.STORIES,
    Section.Style.BRIEF,
    Section.Style.GOOD,
    Section.Style.PICTURE,
    Section.Style.TEXT,
)
# An editor's words for a story, which it keeps as long as the story does not change.
WORDS = ("kicker", "headline", "blurb")
PICTURE = ("image_id", "image_alt", "no_image")


@dataclass(frozen=True, slots=True)
class Missed:
    """A story that ran: `content` of an item that tells it again, and why it is chosen."""

    article: Article
    content: Mapping[str, Any]
    reason: str

    def content_in(self, section: Section) -> dict[str, Any]:
        """What the editor wrote for a lead stands shorter in a compact list."""
        blurb = whole_sentences(self.content["blurb"], section.words_at_most)
        return {**self.content, "blurb": blurb}


@dataclass(slots=True)
class _Run:
    """The newest item of a story, and the most that any of its runs counts for."""

    item: Item
    place: int
    clicks: int
    weight: float


def missed(*, digest: Digest, now: datetime, again: bool = False) -> dict[int, Missed]:
    """What a weekly mail may tell, by story, what mattered most first; four statements.

    `again`: also what the last weekly mail told.
    """
    since = now - AT_MOST if again else _since(digest, now)
    ran = _ran(digest, since, now)
    clicks = followed(digest_ids={item.section.digest_id for item in ran})
    goes = max(now, digest.release_at or now)
    runs = _by_story(ran, clicks, now=now, goes=goes)
    # Of two that matter as much the newer one.
    newest = sorted(runs, key=lambda run: run.item.section.digest.occurrence, reverse=True)
    ranked = sorted(newest, key=lambda run: run.weight, reverse=True)
    return {one.article.pk: one for one in map(_missed, ranked)}


def _since(digest: Digest, now: datetime) -> datetime:
    """When the last weekly mail that went out was closed: what came after that is not told yet."""
    earlier = Digest.objects.filter(
        newsletter=digest.newsletter_id,
        is_weekly=True,
        corrects__isnull=True,
        filled_at__isnull=False,
        sending_at__lte=now,
    )
    last = earlier.exclude(pk=digest.pk).order_by("-sending_at").first()
    if last is None or last.filled_at is None:
        return now - A_WEEK
    return max(last.filled_at, now - AT_MOST)


def _ran(digest: Digest, since: datetime, now: datetime) -> list[Item]:
    """The stories of its regular mails that readers have or are getting, in the order of each."""
    items = Item.objects.filter(
        article__isnull=False,
        section__style__in=STYLES,
        section__digest__newsletter=digest.newsletter_id,
        section__digest__is_weekly=False,
        section__digest__corrects__isnull=True,
        section__digest__sending_at__gt=since,
        section__digest__sending_at__lte=now,
    )
    return list(
        items.select_related("article__hero", "section__digest")
        .defer("article__body")
        .order_by("section__digest__occurrence", "section__position", "position", "pk")
    )


def _by_story(
    items: Iterable[Item], clicks: Followed, *, now: datetime, goes: datetime
) -> Iterable[_Run]:
    places: dict[int, int] = {}
    runs: dict[int, _Run] = {}
    for item in items:
        digest_id, article = item.section.digest_id, item.article
        place = places[digest_id] = places.get(digest_id, 0) + 1
        if article is None or not _may_be_told(article, now=now, goes=goes):
            continue
        run = _run(item, place, clicks)
        if (earlier := runs.get(article.pk)) is not None:
            run.weight = max(run.weight, earlier.weight)
        runs[article.pk] = run
    return runs.values()


def _may_be_told(article: Article, *, now: datetime, goes: datetime) -> bool:
    """Not one that was put off or under embargo since."""
    embargo = article.embargo_until
    return article.published_at <= now and (embargo is None or embargo <= goes)


def _run(item: Item, place: int, clicks: Followed) -> _Run:
    """The lead counts 1, the second story a half, the third a third; the one most followed 1 too.

    Shares and not clicks: on Monday's mail they had more days to come in than on Friday's.
    """
    digest_id = item.section.digest_id
    number = clicks.clicks(digest_id=digest_id, item=item)
    share = number / max(FEW_CLICKS, clicks.most(digest_id=digest_id))
    return _Run(item=item, place=place, clicks=number, weight=1 / place + share)


def _missed(run: _Run) -> Missed:
    item, article, day = run.item, run.item.article, run.item.section.digest.day
    assert article is not None  # noqa: S101  (asked for by `_ran`)
    which = "the lead" if run.place == 1 else f"story {run.place}"
    times = "once" if run.clicks == 1 else f"{run.clicks:,} times"
    reason = f"{which} of {day:%A} {day.day} {day:%B}"
    return Missed(
        article=article,
        content=_content(item, article) | {"ran_on": day},
        reason=f"{reason}, followed {times}" if run.clicks else reason,
    )


def _content(item: Item, article: Article) -> dict[str, Any]:
    """The editor's picture and link, and his words unless the story was changed under them."""
    is_changed = article.changed_at is not None and article.changed_at > item.added_at
    words = (
        dict.fromkeys(WORDS, "") if is_changed else {name: getattr(item, name) for name in WORDS}
    )
    picture = {name: getattr(item, name) for name in PICTURE}
    return {**words, **picture, "link": item.link}
