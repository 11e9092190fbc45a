"""The brake: a digest that bounces, is refused or is called spam too often is paused at once.

Going on would cost the sender's name with every mailbox provider; a person looks first.
"""

from dataclasses import dataclass
from datetime import datetime

from newsletter.delivery import pausing
from newsletter.delivery.counts import Counts, counts
from newsletter.models import DeliveryException, Digest, DigestChange, ReaderReport


@dataclass(frozen=True, slots=True)
class Rule:
    """Pause when `share` or more of those tried, at least `after`, and `at_least` in number."""

    share: float
    after: int
    at_least: int
    # How the reason begins; staff who went on after it are not stopped by the same rule again.
    words: str


BOUNCES = Rule(0.05, 200, 10, "Too many addresses do not exist")
COMPLAINTS = Rule(0.003, 1_000, 5, "Too many readers reported it as spam")
FAILURES = Rule(0.05, 200, 10, "Too many mails were refused")

MOVING = (Digest.State.PREPARING, Digest.State.SENDING)


def check(*, digest_id: int, now: datetime) -> bool:
    """Pause the digest and tell staff when a rule says so. Idempotent; counts rows."""
    if not Digest.objects.filter(pk=digest_id, state__in=MOVING).exists():
        return False
    found = counts(digest_ids=[digest_id]).get(digest_id, Counts())
    if not found.waiting:
        # There is nothing left to be stopped.
        return False
    tried = found.accepted + found.failed
    numbers = {
        BOUNCES: _bounces(digest_id),
        COMPLAINTS: _reported(digest_id, ReaderReport.Kind.COMPLAINED),
        FAILURES: found.failed,
    }
    for rule, number in numbers.items():
        if _is_broken(rule, number, tried) and not _was_decided(rule, digest_id):
            reason = f"{rule.words}: {number:,} of {tried:,} ({number / tried:.1%})."
            return pausing.pause(digest_id=digest_id, reason=reason, now=now)
    return False


def stops_once(*, reason: str) -> bool:
    """Whether a mail that was paused for this `reason` is not paused for it again."""
    return any(reason.startswith(rule.words) for rule in (BOUNCES, COMPLAINTS, FAILURES))


def _is_broken(rule: Rule, number: int, tried: int) -> bool:
    return tried >= rule.after and number >= max(rule.share * tried, rule.at_least)


def _was_decided(rule: Rule, digest_id: int) -> bool:
    return DigestChange.objects.filter(digest_id=digest_id, reason__startswith=rule.words).exists()


def _bounces(digest_id: int) -> int:
    """Refused at the door, or reported back later: a reader is in one of the two at most."""
    refused = DeliveryException.objects.filter(
        digest_id=digest_id, state=DeliveryException.State.FAILED, reason="bad_mailbox"
    )
    return refused.count() + _reported(digest_id, ReaderReport.Kind.BOUNCED)


def _reported(digest_id: int, kind: ReaderReport.Kind) -> int:
    return ReaderReport.objects.filter(digest_id=digest_id, kind=kind, hard=True).count()
