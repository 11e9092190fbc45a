"""What all workers know of a provider: the longest wait that anybody was told holds for all."""

from datetime import datetime, timedelta

import pytest

from subscribers.mailing import limits, state
from subscribers.mailing.allowance import Closed
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.limits import Grant
from subscribers.mailing.providers import PROVIDERS
from subscribers.models import ProviderState
from tests.factories import NOW

pytestmark = pytest.mark.django_db

WELL = Grant(mails=1)


def _reserve(mails: int = 1_000, now: datetime = NOW) -> Grant:
    return limits.reserve(provider=PROVIDERS["outbox"], mails=mails, now=now)


def _note(kind: Kind, *, grant: Grant = WELL, now: datetime = NOW, **answer) -> None:
    state.note(provider="outbox", grant=grant, answer=Answer(kind=kind, **answer), now=now)


def _closed_until(now: datetime = NOW) -> datetime | None:
    try:
        _reserve(now=now)
    except Closed as closed:
        return closed.until
    return None


def _after(seconds: float) -> datetime:
    return NOW + timedelta(seconds=seconds)


def test_after_an_unknown_nobody_calls_until_a_probe_of_ten_may_go():
    _note(Kind.UNKNOWN, grant=_reserve())
    assert _closed_until(_after(29)) == _after(30)

    probe = _reserve(now=_after(30))

    assert (probe.mails, probe.is_probe) == (10, True)
    assert _closed_until(_after(31)) == _after(120), "only one probe at a time"


def test_a_probe_that_is_answered_opens_the_provider_for_all():
    _note(Kind.UNKNOWN, grant=_reserve())
    _note(Kind.ACCEPTED, grant=_reserve(now=_after(30)), now=_after(31))

    assert _reserve(now=_after(31)) == Grant(mails=1_000)


def test_a_probe_whose_worker_died_lets_the_next_one_go():
    _note(Kind.UNKNOWN, grant=_reserve())
    _reserve(now=_after(30))

    assert _reserve(now=_after(121)).is_probe


def test_a_call_that_began_before_the_trouble_does_not_end_it():
    early = _reserve()
    _note(Kind.UNKNOWN, grant=_reserve())
    _note(Kind.ACCEPTED, grant=early)

    assert _closed_until() == _after(30)


def test_an_accepted_probe_does_not_undo_what_another_was_told_meanwhile():
    _note(Kind.UNKNOWN, grant=_reserve())
    probe = _reserve(now=_after(31))
    _note(Kind.THROTTLED, now=_after(31), retry_after=600.0)

    _note(Kind.ACCEPTED, grant=probe, now=_after(32))

    assert _closed_until(_after(32)) == _after(631)
    assert ProviderState.objects.get().unknowns_in_a_row == 0


def test_an_unknown_does_not_shorten_a_wait():
    _note(Kind.THROTTLED, retry_after=600.0)
    _note(Kind.UNKNOWN)

    assert _closed_until() == _after(600)


def test_the_wait_doubles_while_no_answer_comes():
    waits = []
    now = NOW
    for _ in range(7):
        _note(Kind.UNKNOWN, now=now)
        until = _closed_until(now)
        waits.append((until - now).total_seconds())
        now = until

    assert waits == [30, 60, 120, 240, 480, 900, 900]


def test_who_was_asked_to_wait_sends_in_full_afterwards():
    _note(Kind.THROTTLED, retry_after=20.0)
    assert _closed_until(_after(19)) == _after(20)

    assert _reserve(now=_after(20)) == Grant(mails=1_000)


def test_the_third_failure_to_connect_in_a_row_closes_it():
    for _ in range(2):
        _note(Kind.NOT_SENT, grant=_reserve())
    assert _closed_until() is None

    _note(Kind.NOT_SENT, grant=_reserve())

    assert _closed_until() == _after(30)


def test_an_answer_between_two_failures_to_connect_starts_the_count_anew():
    for _ in range(2):
        _note(Kind.NOT_SENT, grant=_reserve())
    _note(Kind.ACCEPTED, grant=_reserve())
    for _ in range(2):
        _note(Kind.NOT_SENT, grant=_reserve())

    assert _closed_until() is None


def test_a_refused_account_rests_a_quarter_of_an_hour_then_is_probed():
    _note(Kind.ACCOUNT, detail="401 bad key")
    assert _closed_until() == _after(900)

    assert _reserve(now=_after(900)).is_probe


def test_a_person_opens_it_again_at_once():
    for _ in range(3):
        _note(Kind.UNKNOWN)
    state.reopen(provider="outbox", now=NOW)

    assert _reserve() == Grant(mails=1_000)


def test_a_probe_that_was_not_made_lets_the_next_one_go():
    _note(Kind.UNKNOWN, grant=_reserve())
    state.release(provider="outbox", grant=_reserve(now=_after(30)))

    assert _reserve(now=_after(31)).is_probe
