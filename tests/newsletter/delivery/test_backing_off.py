"""How long a batch waits after trouble: by the calls in a row that came to nothing for it."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from newsletter.models import Batch
from subscribers.mailing.allowance import Closed
from subscribers.models import ProviderState
from tests.factories import NOW, make_readers
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.claiming import carry, claim_batch
from tests.providers import HttpApi

pytestmark = pytest.mark.django_db

# 5 s, give or take a fifth.
FIRST = timedelta(seconds=6)


@pytest.fixture
def call(settings) -> Callable[[datetime], bool]:
    """One call to the first provider at that time; False where there is nothing to call about."""

    def run(now: datetime) -> bool:
        claim = claim_batch(provider=settings.EMAIL_PROVIDERS[0], now=now)
        if claim is not None:
            carry(claim, now=now)
        return claim is not None

    return run


def waiting() -> list[Batch]:
    return list(Batch.objects.filter(state=Batch.State.PENDING).order_by("low"))


def test_what_is_cut_off_for_the_pace_was_not_tried(newsletter, release, api: HttpApi, call):
    make_readers(newsletter, 40)
    digest = release(newsletter)
    ProviderState.objects.update_or_create(name="sendgrid", defaults={"mails_per_second": 1})
    now = NOW
    for _ in range(6):
        assert call(now)
        now += timedelta(seconds=5)
    assert Batch.objects.filter(state=Batch.State.ACCEPTED).count() == 6
    assert [one.attempts for one in waiting()] == [0]

    api.status = 503
    assert call(now)

    tried, rest = waiting()
    assert now < tried.not_before < now + FIRST
    assert (rest.attempts, rest.not_before) == (0, None)
    assert ledger.check(digest)["pending"] == tried.size + rest.size


def test_each_call_in_vain_doubles_the_wait(newsletter, release, api: HttpApi, call):
    make_readers(newsletter, 2)
    release(newsletter)
    api.status, now, waits = 429, NOW, []
    for _ in range(4):
        assert call(now)
        (batch,) = waiting()
        waits.append((batch.not_before - now).total_seconds())
        now += timedelta(minutes=20)
    assert all(
        0.8 * seconds <= wait <= 1.2 * seconds
        for wait, seconds in zip(waits, (5, 10, 20, 40), strict=True)
    )


def test_a_relay_that_took_some_begins_the_count_anew(newsletter, release, relay, call):
    """It takes four mails a connection, and says so with the fifth."""
    make_readers(newsletter, 40)
    digest = release(newsletter)
    now = NOW
    for number in range(1, 7):
        taken = len(relay.messages)

        def enough(_envelope: object, taken: int = taken) -> str:
            full = len(relay.messages) >= taken + 4
            return "421 4.7.0 too many for one connection" if full else "250 taken"

        relay.data = enough
        assert call(now)
        assert len(relay.messages) == 4 * number
        (rest, *_) = [one for one in waiting() if one.low is not None]
        assert rest.not_before is None or rest.not_before < now + FIRST
        now += timedelta(minutes=20)
    assert ledger.check(digest)["accepted"] == 24


def ask_for(time: timedelta, call, *, since: datetime) -> None:
    """Call whenever there is something to call about and it may be."""
    now = since
    while now < since + time:
        try:
            called = call(now)
        except Closed:
            called = False
        now += timedelta() if called else timedelta(seconds=10)


def test_minutes_in_which_the_provider_takes_nothing_lose_nobody(
    newsletter, release, api: HttpApi, call
):
    make_readers(newsletter, 24)
    digest = release(newsletter)
    ProviderState.objects.update_or_create(name="sendgrid", defaults={"mails_per_second": 1})
    for seconds in range(0, 15, 5):
        assert call(NOW + timedelta(seconds=seconds))
    api.status, since = 503, NOW + timedelta(seconds=15)

    ask_for(timedelta(minutes=12), call, since=since)

    assert "failed" not in ledger.check(digest)
    assert 5 < max(one.attempts for one in waiting()) < 10, "less and less often"

    api.status = 202
    ask_for(timedelta(minutes=16), call, since=since + timedelta(minutes=12))
    assert ledger.check(digest) == {"accepted": 24}
