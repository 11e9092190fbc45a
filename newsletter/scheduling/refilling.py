"""Refilling: news goes on coming into a draft by itself until shortly before its time.

Whoever has the page of a mail open is not disturbed: it is left as it is until he is gone.
"""

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import Count, Q, QuerySet

from newsletter.digests import assembly, filling, presence
from newsletter.models import Article, Digest
from newsletter.models.schedule import LONGEST_LOCK
from newsletter.release import alerts

State = Digest.State
# Also without news: an editor's tick on a story, a picture that has come.
EVERY = timedelta(minutes=5)
# Soon after news; what comes later in one visit to a source is for the next time.
SOON = timedelta(seconds=30)

log = structlog.get_logger(__name__)


def refill(*, now: datetime) -> None:
    """Fill the drafts again that wait for news; the trouble of one is logged."""
    news = Article.objects.order_by("-created_at").values_list("created_at", flat=True).first()
    stale = Q(filled_at__lte=now - EVERY)
    if news is not None:
        stale |= Q(filled_at__lt=news, filled_at__lte=now - SOON)
    for digest_id in _in_turn(_open().filter(stale)).values_list("pk", flat=True):
        try:
            _refill(digest_id=digest_id, now=now)
        except Exception:
            log.exception("refill_failed", digest=digest_id)


def lock_due(*, now: datetime) -> None:
    """Lock the drafts whose time is near; skip those with too little in them and tell staff."""
    near = _open().filter(release_at__lte=now + timedelta(minutes=LONGEST_LOCK))
    for digest in _in_turn(near).select_related("newsletter__schedule"):
        rule = assembly.rule_of(digest.newsletter)
        if not assembly.is_locked_at(digest=digest, rule=rule, now=now):
            continue
        try:
            _lock(digest_id=digest.pk, now=now)
        except Exception:
            log.exception("lock_failed", digest=digest.pk)


def _open() -> QuerySet[Digest]:
    """A correction is none of them: what is in it is for a person to say."""
    return Digest.objects.filter(
        state=State.DRAFT, locked_at=None, release_at__isnull=False, corrects__isnull=True
    )


def _in_turn(digests: QuerySet[Digest]) -> QuerySet[Digest]:
    """Whoever leaves out what others run chooses after them."""
    leaves_out = Count("newsletter__schedule__leaves_out")
    return digests.annotate(leaves_out=leaves_out).order_by("leaves_out", "release_at", "pk")


@transaction.atomic
def _refill(*, digest_id: int, now: datetime) -> None:
    digest = _mine(digest_id)
    if digest is None or presence.is_anybody(digest_id=digest_id, now=now):
        return
    filling.fill(digest=digest, rule=assembly.rule_of(digest.newsletter), now=now)


@transaction.atomic
def _lock(*, digest_id: int, now: datetime) -> None:
    digest = _mine(digest_id)
    if digest is None:
        return
    rule = assembly.rule_of(digest.newsletter)
    if presence.is_anybody(digest_id=digest_id, now=now):
        found = filling.fewest(digest=digest, rule=rule)
    else:
        found = filling.fill(digest=digest, rule=rule, now=now)
    if not assembly.lock(digest=digest, found=found, rule=rule, now=now):
        alerts.tell_staff(digest=digest, message=f"Skipped. {digest.reason}", now=now)


def _mine(digest_id: int) -> Digest | None:
    """The draft, locked until the transaction ends; None when somebody took it on meanwhile."""
    rows = _open().select_for_update(of=("self",)).select_related("newsletter__schedule")
    return rows.filter(pk=digest_id).first()
