"""`up --check`: sends one digest to the demo's readers the way every digest goes, and counts."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from config.up import identity
from config.up.failure import UpError
from newsletter.delivery.counts import Counts, counts
from newsletter.demo import safety
from newsletter.digests import editing, filling, lifecycle
from newsletter.digests.assembly import make_digest, next_occurrence
from newsletter.digests.choosing import choose
from newsletter.models import Article, Digest
from newsletter.release import approval
from subscribers.models import Newsletter, OutboxMail

SLUG = "morning-briefing"
SECONDS = 60


@dataclass(frozen=True, slots=True)
class Result:
    """What became of the digest: its readers, and the mails that the outbox holds for it."""

    subject: str
    recipients: int
    accepted: int
    # Mails in the outbox, and readers they go to; None when another provider took them.
    mails: int | None
    readers: int | None

    @property
    def passed(self) -> bool:
        """Whether there was somebody to send to, and each has exactly one mail."""
        kept = self.mails is None or self.mails == self.readers == self.recipients
        return self.recipients > 0 and self.accepted == self.recipients and kept

    def __str__(self) -> str:
        kept = "" if self.mails is None else f", {self.mails} mails in the outbox"
        return f'"{self.subject}": {self.recipients} readers, {self.accepted} accepted{kept}'


def send(*, now: datetime) -> int:
    """Make a digest of the demo's newest stories and release it; its id. Raises UpError."""
    if not safety.allowed():
        raise UpError("--check only sends with EMAIL_PROVIDERS=outbox or SMTP on this machine.")
    newsletter = Newsletter.objects.filter(slug=SLUG).first()
    if newsletter is None:
        raise UpError(f"--check needs the demo, but there is no newsletter {SLUG}.")
    day = now.astimezone(newsletter.zone).date()
    occurrence = next_occurrence(newsletter=newsletter, day=day)
    # Without a time the planner leaves it to us.
    digest = make_digest(newsletter=newsletter, occurrence=occurrence, release_at=None, now=now)
    if digest.state == Digest.State.SKIPPED:
        _tell_again(digest, now)
    try:
        approval.send_now(digest_id=digest.pk, by=None, now=now)
    except approval.NotReady as error:
        raise UpError(f"The demo's digest is not ready: {error}") from error
    return digest.pk


def wait(*, digest_id: int, check: Callable[[], None]) -> Result:
    """Wait until the digest is sent, calling `check` in between; raises UpError after 60 s."""
    end = identity.clock() + SECONDS
    while True:
        digest = Digest.objects.get(pk=digest_id)
        if digest.state == Digest.State.SENT:
            return _count(digest)
        if identity.clock() > end:
            why = f" ({digest.reason})" if digest.reason else ""
            raise UpError(f"The demo's digest is {digest.state} after {SECONDS} s{why}.")
        check()
        time.sleep(0.2)


@transaction.atomic
def _tell_again(digest: Digest, now: datetime) -> None:
    """Nothing is new, as after an earlier check: fill the digest with the newest stories again."""
    lifecycle.back_to_draft(digest_id=digest.pk, by=None, now=now, reason="Made for a check")
    digest.refresh_from_db()
    stories = list(Article.objects.select_related("hero").order_by("-published_at", "-pk")[:20])
    places = filling.places_of(digest=digest)
    plans = [place.plan for place in places if place.plan is not None]
    chosen = choose(plans=plans, pools={plan.key: stories for plan in plans})
    items = [
        editing.ItemWords(section_id=place.section.pk, article_id=choice.article.pk)
        for place in places
        for choice in chosen.get(place.section.key, ())
    ]
    words = {"subject": f"A check, {digest.occurrence}", "preheader": "Stories you have seen."}
    editing.rewrite(
        digest_id=digest.pk, version=digest.version, words=words, items=items, by=None, now=now
    )


def _count(digest: Digest) -> Result:
    settled = counts(digest_ids=[digest.pk]).get(digest.pk, Counts())
    mails = readers = None
    if settings.EMAIL_PROVIDERS == ["outbox"]:
        kept = OutboxMail.objects.filter(source=f"digest:{digest.pk}")
        mails = kept.count()
        readers = (
            kept.filter(subscriber_id__isnull=False).values("subscriber_id").distinct().count()
        )
    return Result(
        subject=digest.subject,
        recipients=settled.audience,
        accepted=settled.accepted,
        mails=mails,
        readers=readers,
    )
