"""An import lets in who is new, and changes nobody else."""

from datetime import timedelta

import pytest

from subscribers import suppression
from subscribers.models import (
    Consent,
    Newsletter,
    Subscriber,
    Subscription,
    SuppressedDomain,
    Suppression,
)
from subscribers.signals import subscription_confirmed
from tests.factories import NOW, make_newsletter, make_reader
from tests.subscribers.transfer.files import bring_in, told

State = Subscription.State
FILE = "address,name\nana@example.org,Ana\n"


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    return make_newsletter()


def everything() -> list[object]:
    return [
        list(model.objects.order_by("pk").values())
        for model in (Subscriber, Subscription, Consent, Suppression)
    ]


def test_who_is_new_gets_it_with_a_proof_that_says_how(newsletter: Newsletter) -> None:
    bring_in(newsletter, FILE)
    subscription = Subscription.objects.get()
    assert (subscription.state, subscription.confirmed_at) == (State.ACTIVE, NOW)
    consent = Consent.objects.get()
    assert consent.subscriber_id == subscription.subscriber_id
    assert consent.newsletter == newsletter
    assert consent.act == Consent.Act.IMPORTED
    assert (consent.method, consent.page) == ("import", "fair.csv")
    assert consent.detail == "Signed a card at the fair"
    assert consent.at == NOW


@pytest.mark.parametrize(
    ("state", "reason", "kind"),
    [
        (State.ACTIVE, "", "ALREADY"),
        (State.PENDING, "", "WAITS"),
        (State.ENDED, "unsubscribed", "LEFT"),
        (State.ENDED, "complained", "COMPLAINED"),
        (State.ENDED, "bounced", "BOUNCED"),
    ],
)
def test_whoever_has_a_state_keeps_it(
    newsletter: Newsletter, state: State, reason: str, kind: str
) -> None:
    make_reader(newsletter, address="Ana@example.org", state=state, name="Anna")
    Subscription.objects.update(reason=reason)
    before = everything()
    report = bring_in(newsletter, FILE)
    assert told(report) == {kind: 1}
    assert bool(report.remarks) == (kind != "ALREADY")
    assert everything() == before


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("complaint", "COMPLAINED"),
        ("hard_bounce", "BOUNCED"),
        ("manual", "BLOCKED"),
        ("erased", "ERASED"),
    ],
)
def test_a_blocked_address_stays_out_also_when_nobody_has_it_any_more(
    newsletter: Newsletter, reason: str, kind: str
) -> None:
    hashes = [suppression.address_hash("ana@example.org")]
    suppression.suppress(address_hashes=hashes, reason=reason, detail="", now=NOW)
    before = everything()
    assert told(bring_in(newsletter, FILE)) == {kind: 1}
    assert everything() == before


def test_a_blocked_domain_stays_out(newsletter: Newsletter) -> None:
    SuppressedDomain.objects.create(domain="example.org", created_at=NOW)
    assert told(bring_in(newsletter, FILE)) == {"BLOCKED": 1}
    assert not Subscriber.objects.exists()


def test_a_reader_of_another_newsletter_keeps_what_he_chose(newsletter: Newsletter) -> None:
    reader = make_reader(make_newsletter(), address="ana@example.org", name="", language="fi")
    assert told(bring_in(newsletter, FILE)) == {"IMPORTED": 1}
    reader.refresh_from_db()
    assert (reader.name, reader.language) == ("", "fi")
    assert Subscription.objects.filter(state=State.ACTIVE).count() == 2


@pytest.mark.parametrize(
    ("others", "signed_up", "kind"),
    [
        ([(State.ENDED, "unsubscribed")], "", "LEFT_ALL"),
        ([(State.ENDED, "unsubscribed")], "2026-11-01", "LEFT_ALL"),
        ([(State.ENDED, "unsubscribed")], "2026-11-20", "IMPORTED"),
        ([(State.ENDED, "unsubscribed"), (State.ENDED, "unsubscribed")], "", "LEFT_ALL"),
        ([(State.ENDED, "unsubscribed"), (State.ACTIVE, "")], "", "IMPORTED"),
        ([(State.ENDED, "unsubscribed"), (State.PENDING, "")], "", "IMPORTED"),
        ([(State.ENDED, "never confirmed")], "", "IMPORTED"),
    ],
)
def test_who_wanted_nothing_any_more_is_not_brought_into_something_else(
    newsletter: Newsletter, others: list[tuple[State, str]], signed_up: str, kind: str
) -> None:
    reader = make_reader(address="ana@example.org")
    left = NOW - timedelta(days=10)
    for state, reason in others:
        Subscription.objects.create(
            subscriber=reader,
            newsletter=make_newsletter(),
            state=state,
            reason=reason,
            created_at=NOW - timedelta(days=30),
            ended_at=left if state == State.ENDED else None,
        )
    report = bring_in(newsletter, f"address,signed_up\nana@example.org,{signed_up}\n")
    assert told(report) == {kind: 1}
    assert newsletter.subscriptions.count() == (kind == "IMPORTED")


def test_the_same_file_twice_changes_nothing(newsletter: Newsletter) -> None:
    content = "address\n" + "".join(f"r{number}@example.org\n" for number in range(2_500))
    assert told(bring_in(newsletter, content)) == {"IMPORTED": 2_500}
    before = everything()
    assert told(bring_in(newsletter, content)) == {"ALREADY": 2_500}
    assert everything() == before


def test_nothing_is_announced_so_that_nobody_is_welcomed(
    newsletter: Newsletter, django_capture_on_commit_callbacks: object
) -> None:
    heard = []
    subscription_confirmed.connect(heard.append)
    try:
        with django_capture_on_commit_callbacks(execute=True) as callbacks:  # type: ignore[operator]
            bring_in(newsletter, FILE)
    finally:
        subscription_confirmed.disconnect(heard.append)
    assert not callbacks
    assert not heard


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("ana@example.org,ended,unsubscribed,,", "SAYS_NO"),
        ("ana@example.org,pending,,,", "SAYS_NO"),
        ("ana@example.org,active,manual,,", "SAYS_NO"),
        ("ana@example.org,,,unsubscribed,", "SAYS_NO"),
        ("ana@example.org,,,anything,", "SAYS_NO"),
        ("ana@example.org,active,,,other", "ELSEWHERE"),
        ("ana@example.org,,,Subscribed,", "IMPORTED"),
        ("ana@example.org,Utah,moved,,", "IMPORTED"),
    ],
)
def test_what_the_file_says_against_it_counts(newsletter: Newsletter, line: str, kind: str) -> None:
    report = bring_in(newsletter, f"address,state,reason,status,newsletter\n{line}\n")
    assert told(report) == {kind: 1}
    assert Subscription.objects.count() == (kind == "IMPORTED")
