"""One mail of each newsletter that went out before today, made and sent by the real functions."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from newsletter import wake
from newsletter.delivery import drain, preparation
from newsletter.demo.reading import publication
from newsletter.digests import assembly, editing, lifecycle
from newsletter.models import Article, Digest, Item, Section
from newsletter.release import approval
from newsletter.scheduling import recurrence
from newsletter.scheduling.recurrence import Occurrence
from subscribers.models import Newsletter


def send_past(*, newsletter: Newsletter, now: datetime) -> Digest | None:
    """Send the last mail due before today; None when the newsletter has mails already."""
    last = _last_before_today(newsletter=newsletter, now=now)
    if last is None or newsletter.digests.exists():
        return None
    digest = _release(newsletter=newsletter, occurrence=last)
    if digest.state != Digest.State.SKIPPED:
        with wake.nobody():
            preparation.prepare(digest_id=digest.pk, now=last.release_at)
            drain.run_inline(digest_id=digest.pk)
        lifecycle.finish(digest_id=digest.pk, now=last.release_at + timedelta(minutes=1))
        digest.refresh_from_db()
    return digest


def _last_before_today(*, newsletter: Newsletter, now: datetime) -> Occurrence | None:
    runs = recurrence.occurrences_between(
        schedule=newsletter.schedule, since=now - timedelta(days=8), until=now
    )
    today = now.astimezone(newsletter.zone).date()
    return max((run for run in runs if run.day < today), key=lambda run: run.day, default=None)


@transaction.atomic
def _release(*, newsletter: Newsletter, occurrence: Occurrence) -> Digest:
    """Made, worded, approved and released in one step: a planner at work must not find it late."""
    then = occurrence.release_at
    drafted = then - timedelta(minutes=newsletter.schedule.lead_time_minutes)
    digest = assembly.make_digest(
        newsletter=newsletter, occurrence=occurrence.key, release_at=then, now=drafted
    )
    if digest.state == Digest.State.SKIPPED:
        return digest
    words = next(w for w in publication()["newsletter"] if w["slug"] == newsletter.slug)
    _word(digest=digest, words=words, now=drafted)
    approval.schedule(digest_id=digest.pk, release_at=then, by=None, now=then)
    lifecycle.release(digest_id=digest.pk, now=then)
    digest.refresh_from_db()
    return digest


def _word(*, digest: Digest, words: dict[str, Any], now: datetime) -> None:
    """What an editor adds by hand: an introduction, a sign-off, a number, and a sponsor."""
    editing.rewrite(
        digest_id=digest.pk,
        version=digest.version,
        words={"intro": words["intro"].strip(), "sign_off": words["sign_off"]},
        items=[
            *editing.standing(digest=digest),
            *_number(digest, words["numbers"]),
            *_sponsor(digest, words["sponsor"]),
        ],
        by=None,
        now=now,
    )


def _number(digest: Digest, numbers: list[dict[str, str]]) -> Iterator[editing.ItemWords]:
    """The first number whose story is not in the digest, where the layout has a place for one."""
    used = set(Item.objects.filter(section__digest=digest).values_list("article__slug", flat=True))
    number = next((one for one in numbers if one["story"] not in used), None)
    section = digest.sections.filter(style=Section.Style.NUMBER).first()
    if section is not None and number is not None:
        story = Article.objects.get(slug=number["story"])
        yield editing.ItemWords(
            section_id=section.pk,
            article_id=story.pk,
            headline=story.title,
            blurb=number["words"],
            figure=number["figure"],
        )


def _sponsor(digest: Digest, words: dict[str, str]) -> Iterator[editing.ItemWords]:
    """Its advertisement, where the layout has a place for one."""
    section = digest.sections.filter(style=Section.Style.SPONSOR).first()
    if section is not None:
        yield editing.ItemWords(
            section_id=section.pk,
            headline=words["headline"],
            blurb=words["blurb"],
            link=words["link"],
        )
