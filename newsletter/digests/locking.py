"""The lock of a draft: from when on no news comes in by itself."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from newsletter.digests.assembly import locks_at, rule_of
from newsletter.models import Digest


@dataclass(frozen=True, slots=True)
class Lock:
    """`at`: when it locks, or did. A person may change it as long as `is_open`."""

    at: datetime
    is_locked: bool
    is_open: bool


def lock_of(*, digest: Digest, now: datetime) -> Lock | None:
    """How a mail stands to news; None when none comes in anyway."""
    if digest.state != Digest.State.DRAFT or digest.release_at is None or digest.corrects_id:
        return None
    by_rule = _by_rule(digest, digest.release_at)
    at = digest.locked_at or by_rule
    return Lock(at=at, is_locked=digest.locked_at is not None, is_open=now < by_rule)


def lock_now(*, digest_id: int, now: datetime) -> bool:
    """Let no story come in by itself from now on; whether that was so until now."""
    drafts = _drafts(digest_id).filter(locked_at=None)
    return bool(drafts.update(locked_at=now))


@transaction.atomic
def let_news_in(*, digest_id: int, now: datetime) -> bool:
    """Let stories come in again; False when it is too late for that, or they do already.

    A first approval of two is void then: it was of what stands there now.
    """
    digest = _drafts(digest_id).filter(locked_at__isnull=False).first()
    if digest is None or digest.release_at is None or now >= _by_rule(digest, digest.release_at):
        return False
    drafts = _drafts(digest_id).filter(release_at=digest.release_at)
    if not drafts.update(locked_at=None):
        return False
    digest.agreements.all().delete()
    return True


def _drafts(digest_id: int) -> QuerySet[Digest]:
    return Digest.objects.filter(
        pk=digest_id, state=Digest.State.DRAFT, release_at__isnull=False, corrects=None
    )


def _by_rule(digest: Digest, release_at: datetime) -> datetime:
    return locks_at(release_at=release_at, rule=rule_of(digest.newsletter))
