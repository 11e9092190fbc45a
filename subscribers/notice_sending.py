"""Sending notices: claim, submit, record; a lost claim comes back by its lease.

A notice that was handed over without an answer is sent again after two minutes (a confirmation
mail that comes twice does no harm, one that never comes does); a batch of a digest never is.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import structlog
from django.db import DatabaseError
from django.db.models import F, Q

from subscribers import notices
from subscribers.clock import Clock
from subscribers.database import persist
from subscribers.mailing import single, state
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.backoff import after_attempts
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.mailing.providers import Provider, current
from subscribers.models import Notice

LEASE = timedelta(seconds=90)
UNKNOWN_AGAIN_AFTER = timedelta(minutes=2)
# How often one may come twice because nobody knows whether it came.
MOST_ATTEMPTS = 8
# What was never taken waits out an outage; after two days nobody waits for it any more.
GIVE_UP_AFTER = timedelta(days=2)
# One run of the task; the next tick comes a second later.
MOST_SECONDS = 8.0

State = Notice.State
log = structlog.get_logger(__name__)


def send_due() -> int:
    """Send what is due for at most 8 s; the number of mails handed over. Safe many at a time."""
    clock = Clock()
    recover(now=clock.now())
    sent = 0
    for notice, outlook in _claims(clock):
        _send(notice=notice, outlook=outlook, clock=clock)
        sent += 1
    return sent


def recover(*, now: datetime) -> None:
    """Make lost claims due again: a lapsed lease, or unknown for two minutes."""
    lapsed = Notice.objects.filter(lease_until__lt=now)
    lapsed.filter(state=State.CLAIMED).update(state=State.PENDING, lease_until=None)
    lapsed.filter(state=State.SUBMITTING).update(
        state=State.UNKNOWN, lease_until=None, not_before=now + UNKNOWN_AGAIN_AFTER
    )
    Notice.objects.filter(
        state=State.UNKNOWN, not_before__lte=now, attempts__lt=MOST_ATTEMPTS
    ).update(state=State.PENDING)


def _claims(clock: Clock) -> Iterator[tuple[Notice, state.Outlook]]:
    """Claimed notices, one after the other, until none is due or the time is up."""
    provider = current().name
    while clock.elapsed() < MOST_SECONDS:
        now = clock.now()
        outlook = state.outlook(provider=provider, now=now)
        if outlook.closed_until:
            return
        due = Notice.objects.filter(state=State.PENDING, not_before__lte=now)
        candidate = due.order_by("not_before").values_list("pk", flat=True).first()
        if candidate is None:
            return
        token = uuid4()
        claimed = due.filter(pk=candidate).update(
            state=State.CLAIMED,
            token=token,
            lease_until=now + LEASE,
            attempts=F("attempts") + 1,
            provider=provider,
        )
        if claimed:
            mine = Notice.objects.select_related("subscriber").filter(token=token)
            yield mine.get(pk=candidate), outlook


def _send(*, notice: Notice, outlook: state.Outlook, clock: Clock) -> None:
    token = notice.token
    assert token is not None  # noqa: S101  (just claimed)
    mail = _compose(notice, token, clock.now())
    if mail is None:
        return
    mine = Notice.objects.filter(pk=notice.pk, token=token)
    if not mine.filter(state=State.CLAIMED).update(state=State.SUBMITTING):
        return
    provider = current()
    answer = _hand_over(provider, *mail, token, clock.now())
    end = clock.now() + LEASE

    def keep() -> None:
        _record(notice, token, answer, clock.now())
        state.note(provider=provider.name, before=outlook, answer=answer, now=clock.now())

    persist(keep, until=lambda: clock.now() > end)
    log.info("notice_sent", notice=notice.pk, kind=notice.kind, answer=str(answer.kind))


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


def _record(notice: Notice, token: UUID, answer: Answer, now: datetime) -> None:
    if answer.kind is Kind.ACCEPTED:
        _finish(notice, token, State.ACCEPTED, answer.detail, now)
    elif answer.kind is Kind.REFUSED or _is_given_up(notice, answer, now):
        _finish(notice, token, State.FAILED, answer.detail, now)
    elif answer.kind is Kind.UNKNOWN:
        _wait(notice, token, State.UNKNOWN, answer, now + UNKNOWN_AGAIN_AFTER)
    else:
        _wait(notice, token, State.PENDING, answer, now + after_attempts(notice.attempts))


def _is_given_up(notice: Notice, answer: Answer, now: datetime) -> bool:
    if answer.kind is Kind.UNKNOWN:
        return notice.attempts >= MOST_ATTEMPTS
    return now - notice.created_at > GIVE_UP_AFTER


def _finish(notice: Notice, token: UUID, new: State, answer: str, now: datetime) -> None:
    """A final state; the holder of the token may still settle what a lapsed lease left open."""
    open_states = Q(state__in=[State.CLAIMED, State.SUBMITTING, State.UNKNOWN])
    Notice.objects.filter(open_states, pk=notice.pk, token=token).update(
        state=new, answer=answer, finished_at=now, lease_until=None
    )


def _wait(notice: Notice, token: UUID, new: State, answer: Answer, until: datetime) -> None:
    Notice.objects.filter(pk=notice.pk, token=token, state=State.SUBMITTING).update(
        state=new, answer=answer.detail, not_before=until, lease_until=None
    )
