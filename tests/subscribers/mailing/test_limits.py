"""Limits of a provider: by second, by minute and by day, with a share kept for notices."""

from dataclasses import replace
from datetime import timedelta

import pytest

from subscribers.mailing import limits
from subscribers.mailing.allowance import Closed
from subscribers.mailing.limits import Grant
from subscribers.mailing.providers import PROVIDERS, Shape
from subscribers.models import ProviderState
from tests.factories import NOW

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


def _reserve(mails: int = 1_000, *, at: float = 0, urgent: bool = False, name="outbox") -> Grant:
    return limits.reserve(
        provider=PROVIDERS[name], mails=mails, now=NOW + timedelta(seconds=at), urgent=urgent
    )


def _limit(**values) -> ProviderState:
    return ProviderState.objects.create(name="outbox", **values)


def _wait(mails: int = 1_000, *, at: float = 0, urgent: bool = False) -> float:
    with pytest.raises(Closed) as closed:
        _reserve(mails, at=at, urgent=urgent)
    return (closed.value.until - NOW).total_seconds() - at


def test_without_limits_all_may_go_and_are_counted():
    assert _reserve() == Grant(mails=1_000)
    assert _reserve(500) == Grant(mails=500)
    assert ProviderState.objects.get().sent_today == 1_500


def test_without_limits_a_second_reservation_costs_one_statement(django_assert_num_queries):
    _reserve()
    with django_assert_num_queries(1):
        _reserve()


def test_a_rate_lets_go_what_five_seconds_bring_but_a_tenth():
    _limit(mails_per_second=100)

    assert _reserve().mails == 450
    assert _wait() == pytest.approx(1.0)


def test_a_rate_goes_on_by_the_second():
    _limit(mails_per_second=100)
    sent = _reserve().mails
    for second in range(1, 61):
        sent += _reserve(at=second).mails

    assert sent == 450 + 60 * 100


def test_what_is_kept_goes_to_notices():
    _limit(mails_per_second=100)
    _reserve()

    assert sum(_reserve(1, urgent=True).mails for _ in range(50)) == 50
    assert _wait(1, urgent=True) == pytest.approx(0.01)


@pytest.mark.parametrize("rate", [0.01, 0.1, 0.5, 1, 2, 7.5])
def test_a_low_rate_is_kept_and_blocks_nobody_for_ever(rate):
    _limit(mails_per_second=rate)
    at = sent = 0.0
    for _ in range(40):
        try:
            sent += _reserve(10, at=at).mails
        except Closed as closed:
            at = (closed.until - NOW).total_seconds()

    assert sent >= 15
    assert sent <= max(rate * 5, 2) + rate * at


def test_calls_are_limited_whatever_their_size():
    _limit(calls_per_minute=60)

    # Five seconds' worth, but what is kept for notices.
    assert [_reserve().mails, _reserve().mails] == [1_000, 1_000]
    assert _wait() == pytest.approx(0.5)


def test_a_provider_that_takes_one_mail_a_call_uses_a_call_for_each():
    one_by_one = replace(PROVIDERS["outbox"], shape=Shape.ONE_BY_ONE)
    _limit(calls_per_minute=600)

    granted = limits.reserve(provider=one_by_one, mails=1_000, now=NOW)

    assert granted.mails == 45


def test_a_daily_cap_holds_until_midnight_in_utc():
    _limit(daily_cap=1_000)
    assert _reserve(2_000).mails == 900
    assert _wait() == 18 * 3600, "NOW is six in the morning"

    assert _reserve(50, urgent=True).mails == 50
    assert _reserve(at=18 * 3600).mails == 900


def test_a_warm_up_day_counts_only_when_something_was_sent():
    _limit(warmup_plan=[50, 100, 400])

    assert _reserve().mails == 45
    assert _reserve(at=3 * DAY.total_seconds()).mails == 90
    assert _reserve(at=4 * DAY.total_seconds()).mails == 360
    assert _reserve(at=5 * DAY.total_seconds()).mails == 1_000, "the plan has ended"


def test_the_smaller_of_cap_and_plan_holds():
    _limit(warmup_plan=[500], daily_cap=100)

    assert _reserve().mails == 90


def test_what_did_not_leave_is_given_back():
    _limit(daily_cap=1_000)
    limits.give_back(provider="outbox", mails=300, grant=_reserve(900))

    assert _reserve(900).mails == 300


def test_a_clock_that_goes_back_gives_nothing_away():
    _limit(mails_per_second=100, daily_cap=10_000)
    _reserve()

    assert _wait(at=-3600) == pytest.approx(1.0)
    assert ProviderState.objects.get().sent_today == 450


def test_limits_changed_meanwhile_hold_from_the_next_claim_on():
    _limit(daily_cap=10_000)
    _reserve()
    ProviderState.objects.update(daily_cap=1_050)

    assert _wait() == 18 * 3600


def test_what_was_taken_before_midnight_is_not_given_back_to_the_next_day():
    _limit(daily_cap=1_000)
    yesterdays = _reserve(900)
    _reserve(500, at=18 * 3600)
    limits.give_back(provider="outbox", mails=900, grant=yesterdays)

    assert ProviderState.objects.get().sent_today == 500
