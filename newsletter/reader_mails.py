"""What became of one reader's mails, told on his page at the desk."""

from collections.abc import Iterator

from django.urls import reverse

from newsletter.delivery import received
from newsletter.delivery.received import Received
from newsletter.delivery.story import in_words
from newsletter.delivery.why import why_in_words
from newsletter.models import Digest, ReaderReport
from subscribers.extensions import ReaderMail
from subscribers.models import Subscription

# Of whoever opens a mail's page of who got it, beside that to see readers.
_RIGHT = "newsletter.view_digest"
_TONES = {"accepted": "good", "failed": "bad", "unknown": "unsure"}


def of(subscriber_id: int) -> list[ReaderMail]:
    """His last mails, and what providers reported of them; newest first, six statements."""
    found = received.recent(subscriber_id=subscriber_id, newsletter_ids=_ever(subscriber_id))
    mails = [_mail(one, subscriber_id) for one in found]
    reports = _reports([one.digest for one in found], subscriber_id)
    return sorted([*mails, *reports], key=lambda one: one.at, reverse=True)


def _ever(subscriber_id: int) -> set[int]:
    """The newsletters that he has, or had."""
    mine = Subscription.objects.filter(subscriber_id=subscriber_id)
    return set(mine.values_list("newsletter_id", flat=True))


def _mail(one: Received, subscriber_id: int) -> ReaderMail:
    digest = one.digest
    why = why_in_words(one.reason)
    proof = ", ".join(part for part in (why, one.detail) if part)
    return ReaderMail(
        at=digest.sending_at or digest.created_at,
        what=f"{_name(digest)}: {in_words(one.state)}",
        proof=proof,
        tone=_TONES.get(one.state, "quiet"),
        url=_story_url(digest, subscriber_id),
        right=_RIGHT,
    )


def _reports(digests: list[Digest], subscriber_id: int) -> Iterator[ReaderMail]:
    by_source = {f"digest:{digest.pk}": digest for digest in digests}
    rows = ReaderReport.objects.filter(source__in=by_source, subscriber_id=subscriber_id)
    for row in rows:
        digest = by_source[row.source]
        kind = "" if row.kind == ReaderReport.Kind.COMPLAINED else "hard " if row.hard else "soft "
        yield ReaderMail(
            at=row.at,
            what=f"{_name(digest)}: {kind}{row.get_kind_display()}",
            proof=", ".join(part for part in (row.reason, row.detail) if part),
            tone="bad",
            url=_story_url(digest, subscriber_id),
            right=_RIGHT,
        )


def _name(digest: Digest) -> str:
    return f"{digest.newsletter}, {digest.occurrence}"


def _story_url(digest: Digest, subscriber_id: int) -> str:
    page = reverse("admin:newsletter_digest_deliveries", args=[digest.pk])
    return f"{page}?reader={subscriber_id}#story"
