"""Past mails of a newsletter: by month, newest first, with the first words of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from newsletter.content.sanitizing import shortened
from newsletter.digests import queries
from newsletter.digests.naming import OCCURRENCE
from newsletter.models import Digest
from newsletter.pages.paging import Order, page
from newsletter.rendering.links import absolute
from newsletter.rendering.wording import day_in_words, month_in_words
from newsletter.scheduling.next_mail import next_release
from subscribers.models import Newsletter

WORDS = 15


def _read(before: str) -> tuple[str]:
    if not OCCURRENCE.match(before):
        raise ValueError(before)
    return (before,)


ORDER: Order[Digest] = Order(
    fields=("occurrence",), read=_read, write=lambda digest: digest.occurrence
)


@dataclass(frozen=True, slots=True)
class PastMail:
    """A line of the list."""

    url: str
    day: date
    day_in_words: str
    subject: str
    # At most its first 15 words.
    words: str
    is_corrected: bool
    # What the others of its newsletter brought in a week.
    is_weekly: bool


@dataclass(frozen=True, slots=True)
class Month:
    """ "November 2026" with the mails of it on this page."""

    name: str
    mails: list[PastMail]


def archive(*, newsletter: Newsletter, before: str, now: datetime) -> dict[str, Any]:
    """What `newsletter/_past.html` shows; raises Http404 for a page that there never was."""
    paged = page(rows=_listed(newsletter), order=ORDER, before=before)
    return {
        "months": _by_month(paged.rows, newsletter),
        "paged": paged,
        "first_one": "" if paged.rows else _first_one(newsletter, now),
    }


def past(request: HttpRequest, newsletter: Newsletter) -> HttpResponse:
    """`/newsletters/<slug>/?before=2026-11-24`: a page of its own with the mails before that."""
    before = request.GET["before"]
    context = archive(newsletter=newsletter, before=before, now=timezone.now()) | {
        "newsletter": newsletter,
        "canonical": absolute(f"{newsletter.get_absolute_url()}?before={before}"),
    }
    return render(request, "newsletter/past.html", context)


def _listed(newsletter: Newsletter) -> QuerySet[Digest]:
    """The rows of the list, with as much of each revision as a line shows."""
    return (
        queries.listed(newsletter=newsletter)
        .only("occurrence", "is_weekly", "newsletter_id", "corrected_at")
        .annotate(
            said=F("revision__subject"),
            opening=_text("intro"),
            first_story=_text("sections", 0, "items", 0, "blurb"),
        )
    )


def _text(*path: str | int) -> KeyTextTransform:
    """One text of `Revision.page`, read by the database: a page is a hundred times as long."""
    *steps, last = path
    found: str | KeyTransform = "revision__page"
    for step in steps:
        found = KeyTransform(step, found)
    return KeyTextTransform(last, found)


def _by_month(rows: Sequence[Digest], newsletter: Newsletter) -> list[Month]:
    mails = [_past_mail(row, newsletter) for row in rows]
    return [
        Month(name=month_in_words(first, newsletter.language), mails=list(of_it))
        for first, of_it in groupby(mails, key=lambda mail: mail.day.replace(day=1))
    ]


def _past_mail(row: Any, newsletter: Newsletter) -> PastMail:
    row.newsletter = newsletter
    day = row.day
    return PastMail(
        url=row.get_absolute_url(),
        day=day,
        day_in_words=day_in_words(day, newsletter.language, weekday=True),
        subject=row.said,
        words=shortened(row.opening or row.first_story or "", words=WORDS),
        is_corrected=row.corrected_at is not None,
        is_weekly=row.is_weekly,
    )


def _first_one(newsletter: Newsletter, now: datetime) -> str:
    """The day of the first mail to come, in words; "" when none is planned."""
    due = next_release(newsletter=newsletter, now=now)
    if due is None:
        return ""
    return day_in_words(due.astimezone(newsletter.zone).date(), newsletter.language, weekday=True)
