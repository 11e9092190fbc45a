"""Several providers: the next one takes over while the first is unwell, and only then."""

from dataclasses import replace
from datetime import timedelta

import pytest

from newsletter.delivery import drain, recovery, submission
from newsletter.delivery.shapes import Progress
from newsletter.models import Batch, Digest
from subscribers import notice_queue, notice_sending
from subscribers.clock import Clock
from subscribers.mailing import providers
from subscribers.mailing.answers import Answer, Kind
from subscribers.models import Notice, OutboxMail, ProviderState
from tests.factories import NOW, make_readers, make_staff
from tests.newsletter.delivery import ledger
from tests.newsletter.delivery.answering import in_turn, scripted
from tests.newsletter.delivery.claiming import claim_batch
from tests.providers import smtp_relay


@pytest.fixture
def relay_behind(settings):
    """The outbox first, then a relay."""
    with smtp_relay() as server:
        settings.EMAIL_PROVIDERS = ["outbox", "smtp"]
        settings.EMAIL_URL = server.url
        yield server


def test_a_refused_account_hands_over_to_the_next(newsletter, release, relay_behind, monkeypatch):
    make_readers(newsletter, 20)
    provider = scripted(monkeypatch, in_turn(Answer(kind=Kind.ACCOUNT, detail="401")))
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 20}
    assert len(provider.calls) == 1
    assert len(relay_behind.messages) == 20
    assert Batch.objects.get().provider == "smtp"


def test_an_unknown_never_goes_over_but_the_rest_does(
    newsletter, release, relay_behind, monkeypatch
):
    make_readers(newsletter, 1_500)
    scripted(monkeypatch, in_turn(Answer(kind=Kind.UNKNOWN)))
    digest = release(newsletter)
    monkeypatch.setattr(drain, "MOST_SECONDS", 120.0)

    drain.drain()

    assert ledger.check(digest) == {"unknown": 1_000, "accepted": 500}
    assert len(relay_behind.messages) == 500
    assert digest.state == Digest.State.SENT


def test_a_provider_that_asks_to_wait_is_waited_for(newsletter, release, relay_behind, monkeypatch):
    make_readers(newsletter, 5)
    scripted(monkeypatch, in_turn(Answer(kind=Kind.THROTTLED, retry_after=60.0)))
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"pending": 5}
    assert relay_behind.messages == []


def test_a_cap_that_is_used_up_is_not_evaded(newsletter, release, relay_behind):
    make_readers(newsletter, 20)
    ProviderState.objects.create(name="outbox", daily_cap=10)
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 9, "pending": 11}
    assert relay_behind.messages == []


def test_without_another_provider_a_refused_account_pauses(newsletter, release, monkeypatch):
    make_readers(newsletter, 5)
    make_staff(email="desk@daymark.example")
    scripted(monkeypatch, in_turn(Answer(kind=Kind.ACCOUNT, detail="401 bad key")))
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"pending": 5}
    assert (digest.state, digest.reason) == (
        Digest.State.PAUSED,
        "The provider refused to send: 401 bad key",
    )


def test_three_unknowns_in_a_row_pause_and_tell_staff(newsletter, release, monkeypatch, travel):
    make_readers(newsletter, 40)
    make_staff(email="desk@daymark.example")
    unknown = Answer(kind=Kind.UNKNOWN)
    provider = scripted(monkeypatch, in_turn(unknown, unknown, unknown))
    monkeypatch.setattr("newsletter.delivery.ranges.first", _Small)
    digest = release(newsletter)

    drain.drain()
    travel(timedelta(seconds=31))
    drain.drain()
    travel(timedelta(seconds=61))
    drain.drain()

    assert [len(ids) for ids in provider.calls] == [20, 10, 10]
    assert ledger.check(digest) == {"unknown": 40}
    assert digest.state == Digest.State.PAUSED
    assert Notice.objects.filter(kind=Notice.Kind.STAFF_ALERT).count() == 1


class _Small:
    batch_size = 20


def test_staff_are_told_through_the_provider_that_is_well(db, relay_behind):
    ProviderState.objects.create(
        name="outbox", closed="account", not_before=NOW + timedelta(minutes=15)
    )
    notice_queue.add(
        kind=Notice.Kind.STAFF_ALERT,
        staff_address="desk@daymark.example",
        context={"subject": "Look", "message": "It stands."},
        now=NOW,
    )

    assert notice_sending.send_due() == 1

    assert [address for address, _ in relay_behind.messages] == ["desk@daymark.example"]
    assert not OutboxMail.objects.exists()


def test_a_batch_too_large_for_the_next_provider_is_cut(
    newsletter, release, relay_behind, monkeypatch
):
    monkeypatch.setitem(
        providers.PROVIDERS, "smtp", replace(providers.PROVIDERS["smtp"], batch_size=8)
    )
    make_readers(newsletter, 20)
    scripted(monkeypatch, in_turn(Answer(kind=Kind.ACCOUNT, detail="401")))
    digest = release(newsletter)

    drain.drain()

    assert ledger.check(digest) == {"accepted": 20}
    sizes = Batch.objects.filter(state="accepted").order_by("low").values_list("size", flat=True)
    assert list(sizes) == [8, 8, 4]


def test_stopping_ourselves_says_nothing_of_the_provider(newsletter, release, monkeypatch):
    make_readers(newsletter, 5)
    stopped = Answer(kind=Kind.NOT_SENT, stopped=True)
    scripted(monkeypatch, in_turn(stopped, stopped, stopped))
    digest = release(newsletter)
    for _ in range(3):
        Batch.objects.update(not_before=None)
        drain.drain()

    assert ProviderState.objects.get().closed == ""
    Batch.objects.update(not_before=None)
    drain.drain()
    assert ledger.check(digest) == {"accepted": 5}


def test_workers_that_die_in_three_calls_pause_the_digest(newsletter, release, travel, monkeypatch):
    make_readers(newsletter, 40)
    monkeypatch.setattr("newsletter.delivery.ranges.first", _Small)
    make_staff(email="desk@daymark.example")
    digest = release(newsletter)
    now = NOW
    for _ in range(3):
        claim = claim_batch(now=now)
        submission._begin(Progress(claim=claim, clock=Clock()))
        for wait in (timedelta(minutes=10), timedelta(minutes=16)):
            now += wait
            travel(wait)
            recovery.sweep(now=now)

    ledger.check(digest, by_hand=True)
    assert digest.state == Digest.State.PAUSED
    assert digest.reason.startswith("The provider did not answer 3 times in a row")
