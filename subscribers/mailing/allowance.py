"""The arithmetic of a provider's limits: tokens by rate, a count by day, a share for notices.

Works on the fields of a `ProviderState` that its caller has locked and will save.
"""

import math
from datetime import UTC, datetime, time, timedelta

from subscribers.models import ProviderState

# Seconds' worth of a rate that may go at once.
BURST = 5.0
# Of every limit, what digests leave for notices: a confirmation mail must not wait for a digest.
KEPT = 0.1
# ... and of a rate at least one mail a second, but not more than half of it.
KEPT_AT_LEAST = BURST
# At a low rate, batches of a second's worth rather than a call for each mail.
WORTHWHILE_SECONDS = 1.0


class Closed(Exception):
    """Nothing may be handed over before `until`; `reason` OPEN means that a limit is used up."""

    def __init__(self, *, until: datetime, reason: ProviderState.Closed) -> None:
        super().__init__(f"closed until {until:%H:%M:%S}: {reason.label}")
        self.until = until
        self.reason = reason

    @property
    def is_unwell(self) -> bool:
        """Whether another provider should take over; a limit is to be kept, not evaded."""
        return self.reason in {
            ProviderState.Closed.BREAKER,
            ProviderState.Closed.UNREACHABLE,
            ProviderState.Closed.ACCOUNT,
        }


def refill(state: ProviderState, now: datetime) -> None:
    """Add what the rates have brought since the last time, and begin a new day (UTC).

    A clock that went back brings nothing and takes nothing. The first mails ever find full rates.
    """
    since = state.refilled_at
    if state.mails_per_second:
        rate = state.mails_per_second
        state.mail_tokens = _refilled(state.mail_tokens, rate, since, now)
    if state.calls_per_minute:
        rate = state.calls_per_minute / 60
        state.call_tokens = _refilled(state.call_tokens, rate, since, now)
    state.refilled_at = now
    day = now.astimezone(UTC).date()
    if state.day is None or day > state.day:
        # A day of the plan is a day on which something was sent.
        if state.sent_today or not state.warmup_day:
            state.warmup_day += 1
        state.day, state.sent_today = day, 0


def _refilled(tokens: float, rate: float, since: datetime | None, now: datetime) -> float:
    full = capacity(rate)
    if since is None:
        return full
    return min(tokens + max((now - since).total_seconds(), 0.0) * rate, full)


def take(
    state: ProviderState, wanted: int, now: datetime, *, urgent: bool, one_by_one: bool
) -> int:
    """Take up to `wanted` mails from all limits; raises Closed when that is not worth a call.

    `one_by_one`: each mail is a call of its own.
    """
    allowed = min(wanted, _left_today(state, now, urgent=urgent))
    allowed = _within_rate(
        allowed, rate=state.mails_per_second, tokens=state.mail_tokens, now=now, urgent=urgent
    )
    calls_rate = state.calls_per_minute / 60 if state.calls_per_minute else None
    calls = allowed if one_by_one else 1
    calls = _within_rate(calls, rate=calls_rate, tokens=state.call_tokens, now=now, urgent=urgent)
    if one_by_one:
        allowed = calls
    if state.mails_per_second:
        state.mail_tokens -= allowed
    if state.calls_per_minute:
        state.call_tokens -= calls
    state.sent_today += allowed
    return allowed


def capacity(rate: float) -> float:
    """What a rate a second lets go at once; two at least, one of which is kept for notices."""
    return max(rate * BURST, 2.0)


def cap_of_day(state: ProviderState) -> int | None:
    """Mails on the day that the state is in: the smaller of the cap and the plan; None: no end."""
    caps = [] if state.daily_cap is None else [state.daily_cap]
    if 1 <= state.warmup_day <= len(state.warmup_plan):
        caps.append(int(state.warmup_plan[state.warmup_day - 1]))
    return min(caps, default=None)


def _left_today(state: ProviderState, now: datetime, *, urgent: bool) -> int:
    cap = cap_of_day(state)
    if cap is None:
        return 1 << 62
    usable = cap if urgent else cap - math.floor(cap * KEPT)
    left = usable - state.sent_today
    if left <= 0:
        tomorrow = now.astimezone(UTC).date() + timedelta(days=1)
        midnight = datetime.combine(tomorrow, time(), tzinfo=UTC)
        raise Closed(until=midnight, reason=ProviderState.Closed.OPEN)
    return left


def _within_rate(
    wanted: int, *, rate: float | None, tokens: float, now: datetime, urgent: bool
) -> int:
    if not rate:
        return wanted
    full = capacity(rate)
    kept = 0.0 if urgent else max(full * KEPT, min(KEPT_AT_LEAST, full / 2))
    usable = tokens - kept
    # Never more than fits at all, or it would be waited for in vain.
    enough = max(1.0, min(wanted, rate * WORTHWHILE_SECONDS, full - kept))
    if usable + 1e-9 < enough:
        wait = timedelta(seconds=(enough - usable) / rate)
        raise Closed(until=now + wait, reason=ProviderState.Closed.OPEN)
    return min(wanted, int(usable + 1e-9))
