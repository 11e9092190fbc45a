"""Mails of each newsletter that went out before today, made and sent by the real functions."""

from collections.abc import Iterable, Iterator
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

# How long ago the last weekly mail was then, by which the ages of the stories are written.
ON_A_TUESDAY = timedelta(hours=73)


def send_past(*, newsletter: Newsletter, now: datetime) -> list[Digest]:
    """Send the mails of before today that the archive begins with; none where there are some.

    The last one; where it has a weekly mail also the last of those, and two that it tells of.
    """
    if newsletter.digests.exists():
        return []
    runs = _last_before_today(newsletter=newsletter, now=now)
    newest = max((run for run in runs if not run.is_weekly), key=_when, default=None)
    weekly = _weekly(runs)
    told = _told(runs, weekly)
    wanted = {run.key: run for run in [*told, weekly, newest] if run is not None}
    return [
        _send(newsletter=newsletter, run=run, is_worded=run.is_weekly or run is newest)
        for run in sorted(wanted.values(), key=_when)
    ]


def older_by(*, newsletters: Iterable[Newsletter], now: datetime) -> timedelta:
    """How much older the stories of last week's mails have to be than they are on a Tuesday."""
    weeks = [_weekly(_last_before_today(newsletter=one, now=now)) for one in newsletters]
    ages = [now - run.own_time - ON_A_TUESDAY for run in weeks if run is not None]
    return max([timedelta(), *ages])


def _send(*, newsletter: Newsletter, run: Occurrence, is_worded: bool) -> Digest:
    digest = _release(newsletter=newsletter, occurrence=run, is_worded=is_worded)
    if digest.state != Digest.State.SKIPPED:
        with wake.nobody():
            preparation.prepare(digest_id=digest.pk, now=run.own_time)
            drain.run_inline(digest_id=digest.pk)
        lifecycle.finish(digest_id=digest.pk, now=run.own_time + timedelta(minutes=1))
        digest.refresh_from_db()
    return digest


def _last_before_today(*, newsletter: Newsletter, now: datetime) -> list[Occurrence]:
    runs = recurrence.occurrences_between(
        schedule=newsletter.schedule, since=now - timedelta(days=13), until=now
    )
    today = now.astimezone(newsletter.zone).date()
    return [run for run in runs if run.day < today]


def _when(run: Occurrence) -> datetime:
    return run.own_time


def _weekly(runs: list[Occurrence]) -> Occurrence | None:
    return max((run for run in runs if run.is_weekly), key=_when, default=None)


def _told(runs: list[Occurrence], weekly: Occurrence | None) -> list[Occurrence]:
    """Two of the mails before a weekly one: there are not stories enough for each of them."""
    if weekly is None:
        return []
    before = [run for run in runs if not run.is_weekly and run.own_time < weekly.own_time]
    return sorted(before, key=_when)[-3::2]


@transaction.atomic
def _release(*, newsletter: Newsletter, occurrence: Occurrence, is_worded: bool) -> Digest:
    """Made, worded, approved and released in one step: a planner at work must not find it late."""
    # What goes by each reader's clock, too, all had by now: these are sent to everybody at once.
    then = occurrence.own_time
    drafted = then - timedelta(minutes=newsletter.schedule.lead_time_minutes)
    digest = assembly.make_digest(
        newsletter=newsletter,
        occurrence=occurrence.key,
        release_at=then,
        is_weekly=occurrence.is_weekly,
        now=drafted,
    )
    if digest.state == Digest.State.SKIPPED:
        return digest
    if is_worded:
        words = next(w for w in publication()["newsletter"] if w["slug"] == newsletter.slug)
        _word(digest=digest, words=words, now=drafted)
    approval.schedule(digest_id=digest.pk, release_at=then, by=None, now=then)
    lifecycle.release(digest_id=digest.pk, now=then)
    digest.refresh_from_db()
    return digest


def _word(*, digest: Digest, words: dict[str, Any], now: datetime) -> None:
    """What an editor adds by hand: an introduction, a sign-off, a number, and a sponsor.

    To a weekly mail a sign-off only; its introduction is that of its layout.
    """
    hello = {} if digest.is_weekly else {"intro": words["intro"].strip()}
    said = words["weekly"] if digest.is_weekly else words
    editing.rewrite(
        digest_id=digest.pk,
        version=digest.version,
        words={**hello, "sign_off": said["sign_off"]},
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
