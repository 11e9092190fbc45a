"""The story ledger: where each story ran, and which may go into a digest therefore.

No story runs twice in a newsletter, nor in one that leaves out what another ran lately
(`Schedule.leaves_out`), for all readers alike: unless an editor found it worth running again
(`Article.again_from`), for then only what came after that counts. The ledger is the items of
digests themselves; those that were skipped, or cancelled before the first mail, ran nowhere. The
weekly mail tells again what ran (`digests.week`): standing there counts for nothing here. What an
urgent mail told is shown as run, and may be told in full by the next.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from newsletter.models import Article, Digest, Item, Schedule
from subscribers.models import Newsletter

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Run:
    """That a story stands in a digest, which went out or may still."""

    digest_id: int
    newsletter: str
    # "2026-11-24", as in the digest's address.
    occurrence: str
    is_weekly: bool

    @property
    def in_words(self) -> str:
        """ "Morning Briefing of 2026-11-24", "weekly Morning Briefing of 2026-11-28"."""
        kind = "weekly " if self.is_weekly else ""
        return f"{kind}{self.newsletter} of {self.occurrence.replace('-week', '')}"


def unused(prefix: str = "") -> Q:
    """Digests that ran nowhere; of one cancelled half-way some have read what was in it.

    `prefix` leads to the digest, as in "section__digest__".
    """
    called_off = Q(
        **{f"{prefix}state": Digest.State.CANCELLED, f"{prefix}sending_at__isnull": True}
    )
    return called_off | Q(**{f"{prefix}state": Digest.State.SKIPPED})


def counted(items: QuerySet[Item]) -> QuerySet[Item]:
    """Those that ran, or may still."""
    return items.exclude(unused("section__digest__"))


def spent(items: QuerySet[Item]) -> QuerySet[Item]:
    """Of those that ran, or may still, those after which their story does not run again.

    News that could not wait is no reason to leave it out of tomorrow's mail, nor is the weekly
    mail, which tells again what ran.
    """
    ran = counted(items).filter(section__digest__is_weekly=False)
    return ran.exclude(section__digest__is_urgent=True)


def new_stories(
    *,
    newsletter: Newsletter,
    rule: Schedule,
    now: datetime,
    digest: Digest | None = None,
    of_any_age: bool = False,
) -> QuerySet[Article]:
    """Stories that may run in this newsletter, newest first, young enough at `now`.

    For a `digest` that is there already: young enough when it was made, and those that stand in it
    too. One that is worth running again is as young as that verdict. Bodies are left in the
    database: a digest links to them.
    """
    # One under embargo may wait in a draft for a time after its own.
    goes = max(now, digest.release_at or now) if digest else now
    wanted = Q(published_at__lte=now) & (Q(embargo_until=None) | Q(embargo_until__lte=goes))
    if not of_any_age:
        oldest = (digest.created_at if digest else now) - timedelta(hours=rule.max_age_hours)
        wanted &= Q(published_at__gte=oldest) | Q(again_from__gte=oldest)
    if rule.good_news_only:
        wanted &= Q(good_news=True)
    stories = Article.objects.filter(wanted).exclude(Exists(_ran_here(newsletter, digest)))
    elsewhere = rule.leaves_out.all() if rule.pk else Newsletter.objects.none()
    if elsewhere:
        since = now - timedelta(days=rule.leaves_out_days)
        stories = stories.exclude(Exists(_ran_elsewhere(elsewhere, since)))
    young = Coalesce("again_from", "published_at")
    return stories.select_related("hero").defer("body").order_by(young.desc(), "-id")


def runs_of(*, article_ids: Collection[int]) -> Mapping[int, list[Run]]:
    """Where each of these stories stands, newest first, weekly mails too; one statement."""
    items = (
        counted(Item.objects.filter(article__in=article_ids))
        .order_by("-section__digest__occurrence", "-pk")
        .values_list(
            "article_id",
            "section__digest_id",
            "section__digest__newsletter__name",
            "section__digest__occurrence",
            "section__digest__is_weekly",
        )
    )
    found: dict[int, list[Run]] = defaultdict(list)
    for article_id, digest_id, name, occurrence, is_weekly in items:
        found[article_id].append(Run(digest_id, name, occurrence, is_weekly))
    return found


def may_run_again(article: Article) -> bool:
    """Whether it was found worth running again, and has not since."""
    if article.again_from is None:
        return False
    since = spent(Item.objects.filter(article=article))
    return not since.filter(section__digest__created_at__gte=article.again_from).exists()


def _ran_here(newsletter: Newsletter, but_for: Digest | None) -> QuerySet[Item]:
    items = Item.objects.filter(section__digest__newsletter=newsletter)
    if but_for is not None and but_for.pk:
        items = items.exclude(section__digest=but_for.pk)
    return _counts_still(items)


def _ran_elsewhere(newsletters: QuerySet[Newsletter], since: datetime) -> QuerySet[Item]:
    lately = Item.objects.filter(
        section__digest__newsletter__in=list(newsletters), section__digest__created_at__gte=since
    )
    return _counts_still(lately)


def _counts_still(items: QuerySet[Item]) -> QuerySet[Item]:
    """Those of one article that no verdict came after."""
    verdict = Coalesce(OuterRef("again_from"), _EVER)
    return spent(items).filter(article=OuterRef("pk"), section__digest__created_at__gte=verdict)
