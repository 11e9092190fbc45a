"""Posts of providers: kept before they are answered, applied in bulk, one bad report alone.

Every effect of a report is idempotent, so a post may be applied twice; what a lost worker had in
hand is taken up again when its time is over.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import structlog
from django.db.models import F

from newsletter import wake
from newsletter.models import ReportPost
from newsletter.tracking import applying, reports, stream
from newsletter.tracking.reports import Report
from subscribers.mailing.errors import scrub

# Posts taken up at once: some thousand reports with the largest posts of most providers.
AT_ONCE = 200
# Longer than a task may run.
IN_HAND = timedelta(minutes=3)
MOST_TRIES = 5
FIRST_WAIT = timedelta(minutes=1)
LONGEST_ERROR = 300

log = structlog.get_logger(__name__)


def store(*, provider: str, found: Sequence[dict[str, Any]], now: datetime) -> None:
    """Keep what a POST brought as one row, committed when this returns; nothing for nothing."""
    if found:
        ReportPost.objects.create(
            provider=provider, reports=list(found), received_at=now, not_before=now
        )


def wake_up() -> None:
    """Have what was stored applied, unless somebody is about to; never waits for Redis for long."""
    if stream.may_wake():
        wake.send(wake.APPLY_REPORTS)


def waiting(*, now: datetime) -> bool:
    """Whether a post is there to be applied."""
    return ReportPost.objects.filter(not_before__lte=now).exists()


def apply_waiting(*, now: datetime) -> bool:
    """Apply up to `AT_ONCE` posts; whether there were any. Safe to run many times at once."""
    stream.woken()
    posts = _take(now)
    if not posts:
        return False
    found = list(_found(posts))
    failures = applying.apply(reports=[one.report for one in found if one.report], now=now)
    for one in found:
        if one.report in failures:
            one.error = failures[one.report]
    failed: defaultdict[int, list[_Found]] = defaultdict(list)
    for one in found:
        if one.error:
            failed[one.post.pk].append(one)
    _take_away([post for post in posts if post.pk not in failed])
    for those in failed.values():
        _leave(those[0].post, those, now)
    log.info("reports_applied", posts=len(posts), reports=len(found), failed=len(failures))
    return True


@dataclass(slots=True)
class _Found:
    """One report of a post; `report` is None when it cannot be read, `error` says why not."""

    post: ReportPost
    kept: dict[str, Any]
    report: Report | None = None
    error: str = ""


def _take(now: datetime) -> list[ReportPost]:
    """Posts in our hands: whoever comes at the same time gets others, or none."""
    token = uuid4()
    due = ReportPost.objects.filter(not_before__lte=now)
    ids = list(due.order_by("id").values_list("pk", flat=True)[:AT_ONCE])
    due.filter(pk__in=ids).update(token=token, not_before=now + IN_HAND, tries=F("tries") + 1)
    return list(ReportPost.objects.filter(token=token).order_by("id"))


def _found(posts: Sequence[ReportPost]) -> Iterator[_Found]:
    for post in posts:
        for kept in post.reports:
            try:
                yield _Found(post, kept, reports.from_json(kept))
            except reports.Unreadable as error:
                yield _Found(post, kept, error=f"It cannot be read: {error}.")


def _take_away(posts: Sequence[ReportPost]) -> None:
    """Done with these; not with any that another worker took up when our time was over."""
    if posts:
        ids = [post.pk for post in posts]
        ReportPost.objects.filter(pk__in=ids, token=posts[0].token).delete()


def _leave(post: ReportPost, failed: Sequence[_Found], now: datetime) -> None:
    """Leave in the post what failed, for another try or for a person."""
    mine = ReportPost.objects.filter(pk=post.pk, token=post.token)
    hopeless = post.tries >= MOST_TRIES or all(one.report is None for one in failed)
    wait = FIRST_WAIT * 4 ** (post.tries - 1)
    mine.update(
        reports=[one.kept for one in failed],
        error=scrub(failed[0].error, at_most=LONGEST_ERROR),
        not_before=None if hopeless else now + wait,
        token=None,
    )
    log.warning("reports_failed", post=post.pk, reports=len(failed), tries=post.tries)
