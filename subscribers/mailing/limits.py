"""What may be handed to a provider now: its limits, its breaker, and what is kept for notices.

One row a provider, reserved from at each claim and shared by everything that mails. A provider
without limits that answers well costs one statement; the others are worked out under a lock.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from subscribers.mailing import allowance
from subscribers.mailing.allowance import Closed
from subscribers.mailing.providers import Provider
from subscribers.models import ProviderState

# As long as a claim's: a probe whose worker died lets the next one go then.
PROBE_LEASE = timedelta(seconds=90)
# A provider that did not answer is tried with so few.
PROBE_SIZE = 10

Reason = ProviderState.Closed


@dataclass(frozen=True, slots=True)
class Grant:
    """How many mails may go in one call now. The rest waits for another reservation."""

    mails: int
    # The provider gave trouble; what comes of this call says whether it is well again.
    is_probe: bool = False
    # It answered badly since its last good answer, so a good one must be written down.
    is_shaky: bool = False
    # Whose count it is in.
    day: date | None = field(default=None, compare=False)


def reserve(*, provider: Provider, mails: int, now: datetime, urgent: bool = False) -> Grant:
    """Take up to `mails` from what `provider` may get now. Raises `Closed` when that is nothing.

    `urgent` mails (notices) may use what is kept for them. Must run inside the transaction of the
    claim, so that what is not claimed is not taken.
    """
    simple = ProviderState.objects.filter(
        name=provider.name,
        day=today(now),
        closed=Reason.OPEN,
        unreachable_in_a_row=0,
        mails_per_second__isnull=True,
        calls_per_minute__isnull=True,
        daily_cap__isnull=True,
        warmup_plan=[],
    )
    if simple.update(sent_today=F("sent_today") + mails):
        return Grant(mails=mails, day=today(now))
    return _reserve_under_lock(provider, mails, now, urgent=urgent)


def closed(*, provider: Provider, now: datetime) -> Closed | None:
    """What a reservation for a digest would be refused with now; nothing is taken or written."""
    state = ProviderState.objects.filter(name=provider.name).first()
    if state is None:
        return None
    try:
        _must_probe(state, now)
        allowance.refill(state, now)
        allowance.take(state, 1, now, urgent=False, one_by_one=provider.is_one_by_one)
    except Closed as found:
        return found
    return None


def give_back(*, provider: str, mails: int, grant: Grant) -> None:
    """Mails of a grant that did not leave; those unknown count as gone, and so do yesterday's."""
    if mails <= 0:
        return
    mine = ProviderState.objects.filter(name=provider)
    mine.update(mail_tokens=F("mail_tokens") + mails)
    mine.filter(day=grant.day).update(sent_today=Greatest(F("sent_today") - mails, 0))


def locked(name: str) -> ProviderState:
    """The row of a provider, made if need be, locked until the transaction ends."""
    ProviderState.objects.bulk_create([ProviderState(name=name)], ignore_conflicts=True)
    return ProviderState.objects.select_for_update().get(name=name)


def today(now: datetime) -> date:
    """The day that caps and warm-up count by: UTC's."""
    return now.astimezone(UTC).date()


@transaction.atomic
def _reserve_under_lock(provider: Provider, mails: int, now: datetime, *, urgent: bool) -> Grant:
    state = locked(provider.name)
    is_probe = _must_probe(state, now)
    wanted = min(mails, PROBE_SIZE) if is_probe else mails
    allowance.refill(state, now)
    allowed = allowance.take(state, wanted, now, urgent=urgent, one_by_one=provider.is_one_by_one)
    if is_probe:
        state.probe_until = now + PROBE_LEASE
    state.save()
    return Grant(
        mails=allowed,
        is_probe=is_probe,
        is_shaky=is_probe or state.unreachable_in_a_row > 0,
        day=state.day,
    )


def _must_probe(state: ProviderState, now: datetime) -> bool:
    """Whether this call finds out if the provider is well again; raises Closed while it must wait.

    A provider that only asked us to wait is well.
    """
    if not state.closed:
        return False
    reason = Reason(state.closed)
    if state.not_before is not None and state.not_before > now:
        raise Closed(until=state.not_before, reason=reason)
    if reason is Reason.THROTTLED:
        state.closed, state.not_before, state.reason = Reason.OPEN, None, ""
        return False
    if state.probe_until is not None and state.probe_until > now:
        raise Closed(until=state.probe_until, reason=reason)
    return True
