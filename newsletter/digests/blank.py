"""Mails that no rule fills: a person writes them, and no news comes in by itself."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from config.models import StaffUser
from newsletter import wake
from newsletter.digests import plans
from newsletter.digests.assembly import rule_of
from newsletter.digests.layouts import PREHEADER_AT_MOST, SUBJECT_AT_MOST, layout_of
from newsletter.digests.waves import Waves, fields
from newsletter.digests.wording import cut_kindly
from newsletter.models import Article, Digest, Item, Section
from subscribers.models import Newsletter

# A few words; more is for a mail of its own.
MOST_WORDS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What cannot wait, in a few words; what is empty is taken from the story.

    `key` names it, so that it is one mail when it is sent off twice.
    """

    key: str
    headline: str = ""
    words: str = ""
    link: str = ""
    article: Article | None = None

    @property
    def title(self) -> str:
        """What it is about."""
        return self.headline or (self.article.title if self.article else "")

    @property
    def told(self) -> str:
        """The first that is read of it after the headline."""
        return self.words or (self.article.dek if self.article else "")


def make_empty(
    *,
    newsletter: Newsletter,
    occurrence: str,
    release_at: datetime | None,
    waves: Waves | None,
    is_single: bool = True,
    now: datetime,
) -> tuple[Digest, bool]:
    """A draft with the newsletter's sections and nothing in them, or the one there.

    The second value says whether this call made it. `is_single`: the usual mail of its day comes
    too.
    """
    timing = {"release_at": release_at, "is_single": is_single, **fields(waves)}
    try:
        with transaction.atomic():
            digest = _blank(newsletter, occurrence, now, **timing)
            layout = digest.layout
            plans.copy_into(
                digest=digest, plans=plans.plans_of(newsletter=newsletter, layout=layout)
            )
    except IntegrityError:
        # The planner made it between the look and the insert.
        standing = Digest.objects.filter(newsletter=newsletter, occurrence=occurrence)
        return standing.exclude(state=Digest.State.CANCELLED).get(), False
    return digest, True


def make_urgent(
    *, newsletter: Newsletter, occurrence: str, news: News, by: StaffUser | None, now: datetime
) -> Digest:
    """A single draft of one section with one item; its links are looked up at once."""
    digest = _blank(
        newsletter,
        occurrence,
        now,
        is_single=True,
        is_urgent=True,
        edited_by=by,
        subject=_subject(news),
        preheader=cut_kindly(news.told, PREHEADER_AT_MOST),
    )
    Item.objects.create(
        section=_only_section(digest),
        article=news.article,
        headline=news.headline,
        blurb=news.words,
        link="" if news.article else news.link,
        is_kept=True,
        key=news.key,
    )
    wake.send(wake.CHECK_MAIL, digest_id=digest.pk)
    return digest


def _subject(news: News) -> str:
    # What somebody typed is never cut: he is told that it is long.
    return news.headline or cut_kindly(news.title, SUBJECT_AT_MOST)


def _only_section(digest: Digest) -> Section:
    """Nobody's rule fills it, and it may be as long as it is."""
    return Section.objects.create(
        digest=digest,
        key="lead",
        style=Section.Style.LEAD,
        position=0,
        at_least=1,
        words_at_most=MOST_WORDS,
        shows_pictures=True,
    )


def _blank(newsletter: Newsletter, occurrence: str, now: datetime, **values: Any) -> Digest:
    return Digest.objects.create(
        newsletter=newsletter,
        occurrence=occurrence,
        layout=layout_of(rule_of(newsletter).layout).key,
        touched_at=now,
        locked_at=now,
        created_at=now,
        **values,
    )
