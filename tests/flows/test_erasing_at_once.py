"""Erasure and what else happens to the reader in the same instant: one comes first, whichever."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection
from django.utils import timezone

from subscribers import explaining, privacy, signup, subscriptions
from subscribers.addresses import parse
from subscribers.ledger import Proof
from subscribers.models import Subscriber, Subscription
from tests.factories import make_newsletter

pytestmark = pytest.mark.django_db(transaction=True)

PROOF = Proof(method="preferences")
ADDRESS = "anna@mail.example"


@pytest.fixture
def newsletter():
    return make_newsletter()


def _sign_up(newsletter):
    signup.sign_up(
        address=parse(ADDRESS),
        newsletter_ids=[newsletter.pk],
        page="",
        network="",
        now=timezone.now(),
    )


def _at_once(*works: Callable[[], object]) -> None:
    start = threading.Barrier(len(works))
    failed: list[BaseException] = []

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait()
            work()
        except BaseException as error:  # noqa: BLE001  (it is raised again below)
            failed.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


@pytest.mark.parametrize("_round", range(5))
def test_nothing_brings_an_erased_reader_back(newsletter, _round):
    _sign_up(newsletter)
    reader = Subscriber.objects.get().pk
    issued = timezone.now()
    link = {"subscriber_id": reader, "proof": PROOF}
    both = {newsletter.pk}
    _at_once(
        lambda: privacy.erase(**link, now=timezone.now()),
        lambda: privacy.erase(**link, now=timezone.now()),
        lambda: subscriptions.confirm(**link, issued_at=issued, now=timezone.now()),
        lambda: subscriptions.switch(**link, wanted=both, offered=both, now=timezone.now()),
        lambda: subscriptions.leave(**link, newsletter_id=newsletter.pk, now=timezone.now()),
        lambda: subscriptions.rejoin(**link, newsletter_id=newsletter.pk, now=timezone.now()),
        lambda: _sign_up(newsletter),
    )
    erased = Subscriber.objects.get(pk=reader)
    assert erased.address is None
    states = Subscription.objects.filter(subscriber=erased).values_list("state", flat=True)
    assert list(states) == ["ended"]
    assert list(explaining.differences()) == []
    # Who signed up in the same instant may be a new reader, who has confirmed nothing.
    others = Subscription.objects.exclude(subscriber=erased)
    assert set(others.values_list("state", flat=True)) <= {"pending"}
