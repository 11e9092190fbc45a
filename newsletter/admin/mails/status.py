"""Where a mail stands: state, time, what is missing, how far it went, and what happened so far."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from newsletter.admin.mails import approving, live, outcome, steps
from newsletter.admin.mails.looks import state_chip
from newsletter.admin.mails.numbers import readers
from newsletter.admin.mails.rewriting import is_rewritten
from newsletter.admin.mails.steps import Person, Step
from newsletter.digests.assembly import rule_of
from newsletter.models import Digest
from newsletter.release import readiness
from newsletter.release.approval import NotApproved
from newsletter.scheduling import upcoming


def context(*, digest: Digest, person: Person) -> dict[str, Any]:
    """What the page of a mail shows around its words to somebody."""
    now = timezone.now()
    found = live.of(digest=digest, now=now)
    rewritten = is_rewritten(digest)
    available = _available(digest, person, rewritten=rewritten)
    may_change, may_add, may_send = (
        person.has_perm(f"newsletter.{right}_digest") for right in ("change", "add", "send")
    )
    return {
        "digest": digest,
        "may_send": may_send,
        "may_test": may_change or may_send,
        "waits": _waits(digest, person),
        "live": found,
        "is_rewritten": rewritten,
        "forward": [step for step in available if not step.stops],
        "stop": next((step for step in available if step.stops), None),
        **(_before_it_goes(digest, now) if digest.is_rewritable else {"problems": []}),
        "reaches": readers(digest) if digest.corrects_id and digest.is_editable else None,
        "how": outcome.of(digest=digest, found=found.counts, now=now),
        "may_correct_reached": may_change and may_add and digest.sending_at is not None,
        "changes": [
            (change, state_chip(change.new))
            for change in digest.changes.select_related("actor").order_by("-at", "-id")[:20]
        ],
    }


def _waits(digest: Digest, person: Person) -> str:
    """Why somebody who may send it finds no button for that."""
    send = steps.SEND_NOW
    is_due = send in steps.of(digest) and steps.may(person, send)
    return str(NotApproved()) if is_due and steps.waits_for_approval(digest, send, person) else ""


def _before_it_goes(digest: Digest, now: datetime) -> dict[str, Any]:
    found = readiness.look(digest=digest, now=now)
    itself = upcoming.goes_by_itself(digest=digest, rule=rule_of(digest.newsletter))
    return {
        "problems": found.problems,
        "remarks": found.remarks,
        "seen": found.digest_hash,
        "approvals": approving.approvals(digest=digest, found=found, goes_by_itself=itself),
    }


def _available(digest: Digest, person: Person, *, rewritten: bool) -> list[Step]:
    """The next step first: what was rewritten is approved before it goes on."""
    available = list(steps.offered(digest, person))
    if rewritten and steps.CORRECT in available:
        available.sort(key=lambda step: step is not steps.CORRECT)
    return available
