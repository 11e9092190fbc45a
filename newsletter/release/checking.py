"""Looking up what a mail depends on outside, before anybody has to decide about it."""

from datetime import datetime, timedelta

import structlog

from newsletter.models import Digest
from newsletter.release import approval, domains, link_checks
from newsletter.rendering import message
from newsletter.rendering.mjml import MjmlError
from newsletter.rendering.placeholders import RenderError

State = Digest.State
AHEAD = timedelta(hours=24)
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
    """The mails that go out within a day, and the newest of those without a time."""
    soon = Digest.objects.filter(state__in=WAITING, release_at__lte=now + AHEAD)
    new = Digest.objects.filter(
        state__in=WAITING, release_at__isnull=True, created_at__gte=now - AHEAD
    )
    return list((soon | new).order_by("release_at", "pk").values_list("pk", flat=True))


def look_again(*, now: datetime) -> list[int]:
    """Take back approvals of words that are not those of by now; returns the mails to check."""
    found = waiting(now=now)
    for digest_id in found:
        approval.take_back_if_changed(digest_id=digest_id, now=now)
    return found
