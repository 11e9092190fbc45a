"""Looking up what a mail depends on outside, before anybody has to decide about it."""

from datetime import datetime, timedelta

import structlog
from django.db.models import F, Q

from newsletter.models import Digest
from newsletter.release import approval, domains, link_checks
from newsletter.rendering import message
from newsletter.rendering.mjml import MjmlError
from newsletter.rendering.placeholders import RenderError

State = Digest.State
AHEAD = timedelta(hours=24)
# Beat asks every minute.
EVERY = timedelta(seconds=50)
AT_ONCE = 60
WAITING = (State.DRAFT, State.APPROVED, State.SCHEDULED, State.HELD)

log = structlog.get_logger(__name__)


def check(*, digest_id: int, now: datetime) -> None:
    """Ask for the links of one mail and its sender's domain, where that is due.

    Talks to servers outside, so it belongs into no transaction and no request.
    """
    digest = Digest.objects.select_related("newsletter").filter(pk=digest_id).first()
    if digest is None or not digest.is_rewritable:
        return
    try:
        drawn = message.preview(digest=digest, now=now)
    except (MjmlError, RenderError):
        # Readiness says so at the desk.
        log.warning("check_not_drawn", digest=digest_id)
        return
    asked = link_checks.check(urls=link_checks.targets(drawn), now=now)
    domains.check(address=digest.newsletter.from_address, now=now)
    log.info("mail_checked", digest=digest_id, links=asked)


def waiting(*, now: datetime) -> list[int]:
    """The mails to look at: those that go out within a day, and new ones without a time.

    A bounded number a time: those never looked at, and then those that waited longest.
    """
    soon = Q(release_at__lte=now + AHEAD)
    new = Q(release_at__isnull=True, created_at__gte=now - AHEAD)
    # In the future: the clock was set back since.
    again = Q(checked_at=None) | Q(checked_at__lte=now - EVERY) | Q(checked_at__gt=now)
    found = Digest.objects.filter(soon | new, again, state__in=WAITING)
    longest = found.order_by(F("checked_at").asc(nulls_first=True), "release_at", "pk")
    return list(longest.values_list("pk", flat=True)[:AT_ONCE])


def look_again(*, now: datetime) -> list[int]:
    """Take back approvals of words that are not those of by now; returns the mails to check."""
    found = waiting(now=now)
    # First, so that another one who looks at this moment takes others.
    Digest.objects.filter(pk__in=found).update(checked_at=now)
    for digest_id in found:
        approval.take_back_if_changed(digest_id=digest_id, now=now)
    return found
