"""What all workers know of a provider and obey: when it may be called again, and why.

One database row a provider; nothing here depends on Redis. `limits` reads what is written here.
"""

from datetime import datetime, timedelta

from django.db import transaction

from subscribers.mailing import limits
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.limits import Grant
from subscribers.models import ProviderState

BREAKER_FIRST = timedelta(seconds=30)
BREAKER_MOST = timedelta(minutes=15)
THROTTLE_DEFAULT = timedelta(seconds=30)
# Failures to connect in a row before nobody tries any more for a while.
UNREACHABLE_AT = 3
# An account that was refused is tried again by itself: somebody may have put it right.
ACCOUNT_AGAIN_AFTER = timedelta(minutes=15)
# Unknowns in a row that pause a digest.
MOST_UNKNOWNS = 3

# What the provider said something with: it is there, whatever it said.
ANSWERED = frozenset(set(Kind) - {Kind.UNKNOWN, Kind.NOT_SENT})

Closed = ProviderState.Closed


def note(*, provider: str, grant: Grant, answer: Answer, now: datetime) -> None:
    """Keep what `answer` means for everybody who mails through `provider`.

    An unknown opens the breaker for 30 s * 2^n, at most 15 min; so do three failures to connect in
    a row; a 429 obeys its Retry-After; an account that is refused rests for 15 min. A good answer
    costs nothing when all was well. Only a call that was made to probe closes the breaker: others
    may have begun before it opened. A longer wait that another worker was told meanwhile stays.
    """
    if answer.kind is Kind.ACCEPTED and not (grant.is_probe or grant.is_shaky):
        return
    _note_trouble(provider, grant, answer, now)


def release(*, provider: str, grant: Grant) -> None:
    """A call that was not made after all: if it was to probe, another may."""
    if grant.is_probe:
        ProviderState.objects.filter(name=provider).update(probe_until=None)


def reopen(*, provider: str, now: datetime) -> None:
    """Use it again at once, at a person's word; idempotent. Its limits stay in force."""
    ProviderState.objects.filter(name=provider).update(
        closed=Closed.OPEN,
        not_before=None,
        reason="",
        unknowns_in_a_row=0,
        unreachable_in_a_row=0,
        probe_until=None,
    )


def forgive_account(*, provider: str) -> None:
    """Use it again if it was our account that it refused."""
    ProviderState.objects.filter(name=provider, closed=Closed.ACCOUNT).update(
        closed=Closed.OPEN, not_before=None, reason="", probe_until=None
    )


def unknowns_in_a_row(*, provider: str) -> int:
    """How often in a row it did not answer."""
    found = ProviderState.objects.filter(name=provider).values_list("unknowns_in_a_row", flat=True)
    return found.first() or 0


def is_well(*, provider: str, now: datetime) -> bool:
    """Whether it may be called as far as its answers go; its limits are not looked at."""
    unwell = ProviderState.objects.filter(
        name=provider, closed__in=[Closed.BREAKER, Closed.UNREACHABLE, Closed.ACCOUNT]
    )
    return not unwell.exists()


@transaction.atomic
def _note_trouble(provider: str, grant: Grant, answer: Answer, now: datetime) -> None:
    state = limits.locked(provider)
    if grant.is_probe:
        state.probe_until = None
        if answer.kind in ANSWERED:
            state.unknowns_in_a_row = 0
            _open_again(state, now)
    if answer.kind in ANSWERED:
        state.unreachable_in_a_row = 0
    match answer.kind:
        case Kind.UNKNOWN:
            _open_breaker(state, now)
        case Kind.NOT_SENT:
            _count_unreachable(state, answer, now)
        case Kind.THROTTLED:
            _throttle(state, answer, now)
        case Kind.ACCOUNT:
            words = f"The provider refused our account: {answer.detail}"
            _close(state, Closed.ACCOUNT, now + ACCOUNT_AGAIN_AFTER, words)
        case _:
            pass
    state.save()


def _open_again(state: ProviderState, now: datetime) -> None:
    """Unless somebody was told meanwhile to wait longer."""
    if state.not_before is None or state.not_before <= now:
        state.closed, state.not_before, state.reason = Closed.OPEN, None, ""


def _open_breaker(state: ProviderState, now: datetime) -> None:
    wait = _doubled(state.unknowns_in_a_row)
    state.unknowns_in_a_row += 1
    words = "The provider did not answer, so we wait before the next call."
    _close(state, Closed.BREAKER, now + wait, words)


def _count_unreachable(state: ProviderState, answer: Answer, now: datetime) -> None:
    state.unreachable_in_a_row += 1
    beyond = state.unreachable_in_a_row - UNREACHABLE_AT
    if beyond >= 0:
        words = f"The provider cannot be reached: {answer.detail}"
        _close(state, Closed.UNREACHABLE, now + _doubled(beyond), words)


def _throttle(state: ProviderState, answer: Answer, now: datetime) -> None:
    wait = THROTTLE_DEFAULT
    if answer.retry_after is not None:
        wait = timedelta(seconds=max(answer.retry_after, 1))
    _close(state, Closed.THROTTLED, now + wait, "The provider asked us to wait.")


def _close(state: ProviderState, reason: Closed, until: datetime, words: str) -> None:
    """The longest wait that anybody was told is the one that all obey.

    Being asked to wait does not make a provider well that gave no answer.
    """
    if state.not_before is None or until > state.not_before:
        state.not_before = until
    if not state.closed or reason is not Closed.THROTTLED:
        state.closed, state.reason = reason, words[:300]


def _doubled(times: int) -> timedelta:
    wait: timedelta = min(BREAKER_FIRST * (1 << min(times, 10)), BREAKER_MOST)
    return wait
