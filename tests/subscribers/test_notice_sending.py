"""Notices: sent soon, once when it works, again when nobody knows."""

from datetime import timedelta

import pytest

from subscribers import clock, notice_queue, notice_sending, notices
from subscribers.mailing import single
from subscribers.models import Notice, OutboxMail, ProviderState, Subscriber
from tests.factories import NOW, make_newsletter, make_reader
from tests.providers import smtp_relay

pytestmark = pytest.mark.django_db


@pytest.fixture
def travel(monkeypatch):
    ahead = timedelta()

    def run(by: timedelta) -> None:
        nonlocal ahead
        ahead += by

    monkeypatch.setattr(clock, "database_now", lambda: NOW + ahead)
    return run


@pytest.fixture(autouse=True)
def _morning(travel) -> None:
    """Every test starts at NOW."""


@pytest.fixture
def notice() -> Notice:
    return notice_queue.add(
        kind=Notice.Kind.ALREADY,
        subscriber=make_reader(),
        context={"newsletter_ids": [make_newsletter().pk]},
        now=NOW,
    )


def _state(notice: Notice) -> str:
    notice.refresh_from_db()
    return notice.state


def test_it_sends_what_is_due_and_only_once(notice):
    assert notice_sending.send_due() == 1
    assert notice_sending.send_due() == 0

    assert _state(notice) == "accepted"
    assert OutboxMail.objects.get().address == notice.subscriber.address


def test_it_leaves_what_is_not_due_yet(notice):
    Notice.objects.update(not_before=NOW + timedelta(seconds=30))

    assert notice_sending.send_due() == 0
    assert _state(notice) == "pending"


def test_a_claim_whose_worker_died_comes_back(notice, travel):
    Notice.objects.update(state="claimed", lease_until=NOW + timedelta(seconds=90))
    notice_sending.send_due()
    assert _state(notice) == "claimed"

    travel(timedelta(seconds=91))
    notice_sending.send_due()
    assert _state(notice) == "accepted"


def test_what_was_handed_over_without_an_answer_is_sent_again_after_two_minutes(notice, travel):
    Notice.objects.update(state="submitting", lease_until=NOW + timedelta(seconds=90))
    travel(timedelta(seconds=91))
    notice_sending.send_due()
    assert _state(notice) == "unknown"
    assert not OutboxMail.objects.exists()

    travel(timedelta(seconds=121))
    notice_sending.send_due()
    assert _state(notice) == "accepted"


def test_a_relay_that_is_away_is_asked_again_later(notice, travel, settings):
    settings.EMAIL_PROVIDERS = ["smtp"]
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    notice_sending.send_due()
    assert _state(notice) == "pending"
    assert notice.not_before > NOW

    with smtp_relay() as relay:
        settings.EMAIL_URL = relay.url
        travel(timedelta(seconds=10))
        notice_sending.send_due()
        assert _state(notice) == "accepted"
        assert relay.messages[0][0] == notice.subscriber.address


def test_a_mailbox_that_is_refused_for_good_fails_without_its_address(notice, settings):
    with smtp_relay() as relay:
        settings.EMAIL_PROVIDERS = ["smtp"]
        settings.EMAIL_URL = relay.url
        address = notice.subscriber.address
        relay.rcpt[address] = f"550 5.1.1 <{address}> unknown"
        notice_sending.send_due()

    assert _state(notice) == "failed"
    assert "5.1.1" in notice.answer
    assert address not in notice.answer


def test_it_waits_while_the_provider_asked_to(notice, travel):
    ProviderState.objects.create(
        name="outbox", closed="throttled", not_before=NOW + timedelta(seconds=20)
    )

    assert notice_sending.send_due() == 0
    travel(timedelta(seconds=21))
    assert notice_sending.send_due() == 1


def test_one_that_has_become_pointless_fails_and_says_why(notice):
    notice.subscriber.address = None
    notice.subscriber.save()

    notice_sending.send_due()

    assert _state(notice) == "failed"
    assert notice.answer == "There is no address any more."


def test_an_outage_of_a_day_loses_no_confirmation(notice, travel, settings):
    settings.EMAIL_PROVIDERS = ["smtp"]
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    for _ in range(24):
        notice_sending.send_due()
        travel(timedelta(hours=1))
    assert _state(notice) == "pending"

    with smtp_relay() as relay:
        settings.EMAIL_URL = relay.url
        notice_sending.send_due()
        assert _state(notice) == "accepted"


def test_it_is_given_up_when_two_days_have_passed(notice, travel, settings):
    settings.EMAIL_PROVIDERS = ["smtp"]
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    travel(timedelta(days=2, seconds=1))

    notice_sending.send_due()

    assert _state(notice) == "failed"


def test_one_that_cannot_be_made_fails_and_does_not_hold_up_the_next(notice, monkeypatch):
    later = notice_queue.add(
        kind=Notice.Kind.ALREADY,
        subscriber=make_reader(),
        context=notice.context,
        now=NOW,
    )
    compose = notices.compose

    def break_down(*, notice, now):
        if notice.pk != later.pk:
            raise KeyError("subject")
        return compose(notice=notice, now=now)

    monkeypatch.setattr(notices, "compose", break_down)
    notice_sending.send_due()

    assert _state(notice) == "failed"
    assert "KeyError" in notice.answer
    assert _state(later) == "accepted"


def test_an_address_that_cannot_be_written_fails(notice, settings):
    Subscriber.objects.update(address="not an address")
    with smtp_relay() as relay:
        settings.EMAIL_PROVIDERS = ["smtp"]
        settings.EMAIL_URL = relay.url
        notice_sending.send_due()

    assert _state(notice) == "failed"


def test_a_fault_while_it_is_handed_over_counts_as_no_answer(notice, monkeypatch):
    def break_down(**_):
        raise RuntimeError("a bug")

    monkeypatch.setattr(single, "send", break_down)
    notice_sending.send_due()

    assert _state(notice) == "unknown"


def test_many_tries_before_the_first_unknown_do_not_end_it(db):
    notice = notice_queue.add(
        kind=Notice.Kind.STAFF_ALERT,
        staff_address="desk@daymark.example",
        context={"subject": "Look", "message": "It stands."},
        now=NOW,
    )
    Notice.objects.filter(pk=notice.pk).update(
        state="submitting", attempts=14, token="0" * 32, lease_until=NOW - timedelta(seconds=1)
    )
    notice_sending.recover(now=NOW)
    notice_sending.recover(now=NOW + timedelta(minutes=3))

    notice.refresh_from_db()
    assert (notice.state, notice.unknowns) == ("pending", 1)


def test_one_that_is_unknown_too_often_has_failed(db):
    notice = notice_queue.add(
        kind=Notice.Kind.STAFF_ALERT,
        staff_address="desk@daymark.example",
        context={"subject": "Look", "message": "It stands."},
        now=NOW,
    )
    Notice.objects.filter(pk=notice.pk).update(state="unknown", unknowns=8)
    notice_sending.recover(now=NOW + timedelta(minutes=3))

    notice.refresh_from_db()
    assert notice.state == "failed"


def test_one_who_comes_after_an_outage_does_not_wait_behind_all_who_came_before(travel):
    newsletter = make_newsletter()

    def queue(at):
        return notice_queue.add(
            kind="already",
            subscriber=make_reader(),
            context={"newsletter_ids": [newsletter.pk]},
            now=at,
        )

    old = [queue(NOW) for _ in range(6)]
    travel(timedelta(hours=1))
    new = queue(NOW + timedelta(hours=1))

    notice_sending.send_due()

    went = list(OutboxMail.objects.order_by("pk").values_list("subscriber_id", flat=True))
    assert went.index(new.subscriber_id) < 2
    assert sorted(went) == sorted([one.subscriber_id for one in [*old, new]])


def test_who_waited_longest_goes_in_turn_with_those_who_come_now(notice):
    newsletter = make_newsletter()
    for seconds in range(1, 7):
        notice_queue.add(
            kind="already",
            subscriber=make_reader(),
            context={"newsletter_ids": [newsletter.pk]},
            now=NOW - timedelta(seconds=seconds) + timedelta(seconds=0.5),
        )
    Notice.objects.filter(pk=notice.pk).update(not_before=NOW - timedelta(hours=1))

    notice_sending.send_due()

    went = list(OutboxMail.objects.order_by("pk").values_list("subscriber_id", flat=True))
    assert went.index(notice.subscriber_id) < 2
