"""Sending notices: claim, submit, record; a lost claim comes back by its lease.

A notice that was handed over without an answer is sent again after two minutes (a confirmation
mail that comes twice does no harm, one that never comes does); a batch of a digest never is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from itertools import cycle
from uuid import UUID, uuid4

import structlog
from django.db import DatabaseError, transaction
from django.db.models import F, Q

from subscribers import notices, witness
from subscribers.clock import Clock
from subscribers.database import persist
from subscribers.mailing import limits, single, state
from subscribers.mailing.allowance import Closed
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.backoff import after_attempts
from subscribers.mailing.failover import Failover
from subscribers.mailing.limits import Grant
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.providers import Provider
from subscribers.models import Notice

LEASE = timedelta(seconds=90)
UNKNOWN_AGAIN_AFTER = timedelta(minutes=2)
# How often one may come twice because nobody knows whether it came.
MOST_UNKNOWNS = 8
# No wait of a notice is as long as this.
FURTHEST = timedelta(minutes=30)
# What was never taken waits out an outage; after two days nobody waits for it any more.
GIVE_UP_AFTER = timedelta(days=2)
# One run of the task; the next tick comes a second later.
MOST_SECONDS = 8.0

# Whose turn it is, in turns: of those due, who came last, then who waited longest. After an outage
# thousands wait, and one who signs up now still gets his mail now; nobody waits for ever.
_TURNS = cycle(("-not_before", "not_before"))

State = Notice.State
log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Claim:
    """A notice in our hands, and the provider that may take it."""

    notice: Notice
    token: UUID
    provider: Provider
    grant: Grant


def send_due() -> int:
    """Send what is due for at most 8 s; the number of mails handed over. Safe many at a time.

    None while sending is locked: they wait with everything else (`subscribers.witness`).
    """
    clock = Clock()
    fence = witness.check(now=clock.now())
    if fence is None:
        return 0
    recover(now=clock.now())
    sent = 0
    for claim in _claims(clock, fence):
        _send(claim=claim, clock=clock)
        sent += 1
    return sent


def recover(*, now: datetime) -> None:
    """Make lost claims due again: a lapsed lease, or unknown for two minutes.

    What lies too far ahead was written while a clock was: of the web's machine, or the database's.
    """
    # Named by their states, so that the index of what is open serves, however many have ended.
    held = Notice.objects.filter(state__in=[State.CLAIMED, State.SUBMITTING])
    held.filter(lease_until__gt=now + LEASE + FURTHEST).update(lease_until=now + LEASE)
    Notice.objects.filter(
        state__in=[State.PENDING, State.UNKNOWN], not_before__gt=now + FURTHEST
    ).update(not_before=now)
    lapsed = held.filter(lease_until__lt=now)
    lapsed.filter(state=State.CLAIMED).update(state=State.PENDING, lease_until=None)
    lapsed.filter(state=State.SUBMITTING).update(
        state=State.UNKNOWN,
        lease_until=None,
        not_before=now + UNKNOWN_AGAIN_AFTER,
        unknowns=F("unknowns") + 1,
    )
    unknown = Notice.objects.filter(state=State.UNKNOWN, not_before__lte=now)
    unknown.filter(unknowns__lt=MOST_UNKNOWNS).update(state=State.PENDING)
    # Another one could come for ever without anybody knowing.
    unknown.filter(unknowns__gte=MOST_UNKNOWNS).update(state=State.FAILED, finished_at=now)


def _claims(clock: Clock, checked: int) -> Iterator[_Claim]:
    """Claimed notices, one after the other, until none is due or may go, or the time is up."""
    failover, fence = Failover(), None
    while clock.elapsed() < MOST_SECONDS:
        now = clock.now()
        try:
            claim = failover.attempt(partial(_claim, now=now, fence=fence or checked), now=now)
        except Closed:
            return
        if claim is None:
            return
        # Once a run, and only in one that sends: most ticks find nothing.
        fence = fence or witness.advance(fence=checked)
        if fence is None:
            return
        yield claim


@transaction.atomic
def _claim(provider: Provider, *, now: datetime, fence: int) -> _Claim | None:
    """Take a notice that is due; None when none is. Raises `Closed`."""
    due = Notice.objects.filter(state=State.PENDING, not_before__lte=now)
    mine = due.select_for_update(skip_locked=True, of=("self",)).order_by(next(_TURNS))
    notice = mine.select_related("subscriber").first()
    if notice is None:
        return None
    token = uuid4()
    claimed = due.filter(witness.is_open(fence=fence), pk=notice.pk).update(
        state=State.CLAIMED,
        token=token,
        lease_until=now + LEASE,
        attempts=F("attempts") + 1,
        provider=provider.name,
    )
    if not claimed:
        return None
    grant = limits.reserve(provider=provider, mails=1, now=now, urgent=True)
    notice.attempts += 1
    return _Claim(notice=notice, token=token, provider=provider, grant=grant)


def _send(*, claim: _Claim, clock: Clock) -> None:
    notice, token = claim.notice, claim.token
    mail = _compose(notice, token, clock.now())
    mine = Notice.objects.filter(pk=notice.pk, token=token)
    if mail is None or not mine.filter(state=State.CLAIMED).update(state=State.SUBMITTING):
        limits.give_back(provider=claim.provider.name, mails=claim.grant.mails, grant=claim.grant)
        state.release(provider=claim.provider.name, grant=claim.grant)
        return
    answer = _hand_over(claim.provider, *mail, token, clock.now())
    end = clock.now() + LEASE
    persist(lambda: _keep(claim, answer, clock.now()), until=lambda: clock.now() > end)
    log.info("notice_sent", notice=notice.pk, kind=notice.kind, answer=str(answer.kind))


@transaction.atomic
def _keep(claim: _Claim, answer: Answer, now: datetime) -> None:
    """Write down how it ended and what that means for the provider: both, and once."""
    if not _record(claim.notice, claim.token, answer, now):
        return
    if answer.kind not in {Kind.ACCEPTED, Kind.UNKNOWN}:
        limits.give_back(provider=claim.provider.name, mails=1, grant=claim.grant)
    state.note(provider=claim.provider.name, grant=claim.grant, answer=answer, now=now)


def _compose(notice: Notice, token: UUID, now: datetime) -> tuple[Mailing, Recipient] | None:
    """The mail; None when there is none to send: then the notice has failed, with the reason."""
    try:
        return notices.compose(notice=notice, now=now)
    except notices.NothingToSend as error:
        reason = str(error)
    except DatabaseError:
        raise
    except Exception as error:
        # Whatever is wrong with this one must not come back every minute and a half for ever.
        log.exception("notice_not_made", notice=notice.pk)
        reason = f"It could not be made ({type(error).__name__})."
    _finish(notice, token, State.FAILED, reason, now)
    return None


def _hand_over(
    provider: Provider, mailing: Mailing, recipient: Recipient, token: UUID, now: datetime
) -> Answer:
    try:
        return single.send(
            provider=provider, mailing=mailing, recipient=recipient, token=token, now=now
        )
    except Exception as error:
        log.exception("submission_failed", source=mailing.source)
        return Answer(kind=Kind.UNKNOWN, detail=f"A fault of our own: {type(error).__name__}.")


def _record(notice: Notice, token: UUID, answer: Answer, now: datetime) -> bool:
    if answer.kind is Kind.ACCEPTED:
        return _finish(notice, token, State.ACCEPTED, answer.detail, now)
    if answer.kind is Kind.REFUSED or _is_given_up(notice, answer, now):
        return _finish(notice, token, State.FAILED, answer.detail, now)
    if answer.kind is Kind.UNKNOWN:
        return _wait(notice, token, State.UNKNOWN, answer, now + UNKNOWN_AGAIN_AFTER)
    return _wait(notice, token, State.PENDING, answer, now + after_attempts(notice.attempts))


def _is_given_up(notice: Notice, answer: Answer, now: datetime) -> bool:
    if answer.kind is Kind.UNKNOWN:
        return notice.unknowns + 1 >= MOST_UNKNOWNS
    return now - notice.created_at > GIVE_UP_AFTER


def _finish(notice: Notice, token: UUID, new: State, answer: str, now: datetime) -> bool:
    """A final state; the holder of the token may still settle what a lapsed lease left open."""
    open_states = Q(state__in=[State.CLAIMED, State.SUBMITTING, State.UNKNOWN])
    mine = Notice.objects.filter(open_states, pk=notice.pk, token=token)
    return bool(mine.update(state=new, answer=answer, finished_at=now, lease_until=None))


def _wait(notice: Notice, token: UUID, new: State, answer: Answer, until: datetime) -> bool:
    mine = Notice.objects.filter(pk=notice.pk, token=token, state=State.SUBMITTING)
    return bool(mine.update(state=new, answer=answer.detail, not_before=until, lease_until=None))
