"""The ledger explains every reader who came from a file."""

from datetime import UTC, datetime, timedelta

import pytest

from subscribers import admission, explaining
from subscribers.ledger import Proof
from subscribers.models import Consent, Newsletter, Subscription
from tests.factories import NOW, make_newsletter, make_reader, make_schedule
from tests.subscribers.transfer.files import bring_in

UNTIL = NOW + timedelta(days=20)
FILES = {
    "plain": "address\nana@example.org\nben@example.org\n",
    "dated": "address,signed_up\nana@example.org,2025-01-31\nben@example.org,2025-02-01T10:11Z\n",
    "on_a_break": f"address,paused_until\nana@example.org,{UNTIL.isoformat()}\nben@example.org,\n",
    "in_a_rhythm": (
        "address,frequency,own_time\n"
        "ana@example.org,once_a_week,07:30\nben@example.org,weekdays_only,\n"
    ),
}


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    newsletter = make_newsletter()
    make_schedule(newsletter, weekdays="1234567", weekly_day=6)
    return newsletter


@pytest.mark.parametrize("content", FILES.values(), ids=FILES)
def test_nothing_differs_after_an_import(newsletter: Newsletter, content: str) -> None:
    bring_in(newsletter, content)
    assert Subscription.objects.count() == 2
    assert list(explaining.differences()) == []


def test_the_proof_says_since_when_and_how_they_agreed(newsletter: Newsletter) -> None:
    bring_in(newsletter, FILES["dated"])
    assert Subscription.objects.earliest("pk").confirmed_at == datetime(2025, 1, 31, tzinfo=UTC)
    assert Consent.objects.earliest("pk").detail == (
        "signed up 2025-01-31T00:00:00+00:00: Signed a card at the fair"
    )


def test_a_break_has_a_proof_of_its_own(newsletter: Newsletter) -> None:
    bring_in(newsletter, FILES["on_a_break"])
    pause = Consent.objects.get(act=Consent.Act.PAUSED)
    assert pause.detail == f"until {UNTIL.astimezone(newsletter.zone).date()}"
    assert (pause.method, pause.page) == ("import", "fair.csv")


def test_a_date_that_was_changed_past_the_ledger_is_found(newsletter: Newsletter) -> None:
    bring_in(newsletter, FILES["dated"])
    Subscription.objects.filter(pk=Subscription.objects.earliest("pk").pk).update(confirmed_at=NOW)
    assert len(list(explaining.differences())) == 1


def test_statements_do_not_grow_with_the_readers(
    newsletter: Newsletter, django_assert_max_num_queries
) -> None:
    lines = "".join(f"a{one}@example.org,2025-01-31,{UNTIL.isoformat()}\n" for one in range(900))
    with django_assert_max_num_queries(20):
        bring_in(newsletter, f"address,signed_up,paused_until\n{lines}")
    assert Consent.objects.count() == 1800


def test_no_address_and_nothing_too_long_gets_into_the_proof(newsletter: Newsletter) -> None:
    reader = make_reader()
    admission.admit(
        newsletter=newsletter,
        joiners=[admission.Joiner(reader.pk, NOW)],
        proof=Proof(method="import", page="ana@example.org.csv"),
        basis=f"Ana wrote from ana@example.org {'and agreed ' * 40}",
        now=NOW,
    )
    consent = Consent.objects.get()
    assert "@" not in consent.page + consent.detail
    assert len(consent.detail) == 300
    assert list(explaining.differences()) == []
