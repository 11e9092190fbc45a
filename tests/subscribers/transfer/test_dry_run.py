"""A dry run writes nothing and counts as the import does; a crash loses nothing."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from subscribers import suppression
from subscribers.models import Consent, Newsletter, Subscriber, Subscription
from subscribers.transfer import importing
from tests.factories import NOW, make_newsletter, make_reader
from tests.subscribers.transfer.files import bring_in, told

State = Subscription.State


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    return make_newsletter()


@pytest.fixture
def mixed(newsletter: Newsletter) -> str:
    """Lines of every kind, over several pieces."""
    make_reader(newsletter, address="here@example.org")
    make_reader(newsletter, address="gone@example.org", state=State.ENDED)
    hashes = [suppression.address_hash("dead@example.org")]
    suppression.suppress(address_hashes=hashes, reason="hard_bounce", detail="", now=NOW)
    lines = [f"r{number % 2_000}@example.org" for number in range(2_500)]
    lines += ["here@example.org", "gone@example.org", "dead@example.org", "nonsense", '"', ""]
    return "address\n" + "\n".join(lines)


def test_it_counts_as_the_import_does_and_writes_nothing(
    newsletter: Newsletter, mixed: str
) -> None:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        looked = bring_in(newsletter, mixed, dry_run=True)
    assert {query["sql"].split()[0] for query in asked.captured_queries} == {"SELECT"}
    assert Subscriber.objects.count() == 2
    imported = bring_in(newsletter, mixed)
    assert looked == imported
    assert told(imported) == {
        "IMPORTED": 2_000,
        "DUPLICATE": 500,
        "ALREADY": 1,
        "LEFT": 1,
        "BOUNCED": 1,
        "BAD_ADDRESS": 1,
        "UNREADABLE": 1,
    }


def test_after_a_crash_in_the_middle_it_is_simply_done_again(
    newsletter: Newsletter, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = "address\n" + "".join(f"r{number}@example.org\n" for number in range(3_500))
    admit, calls = importing.admission.admit, []

    def dies(**values: object) -> set[int]:
        calls.append(1)
        admitted = admit(**values)  # type: ignore[arg-type]
        if len(calls) == 3:
            raise ConnectionError
        return admitted

    monkeypatch.setattr(importing.admission, "admit", dies)
    with pytest.raises(ConnectionError):
        bring_in(newsletter, content)
    assert Subscriber.objects.count() == Subscription.objects.count() == 2_000
    monkeypatch.undo()
    assert told(bring_in(newsletter, content)) == {"ALREADY": 2_000, "IMPORTED": 1_500}
    assert Subscription.objects.count() == Consent.objects.count() == 3_500


def test_a_piece_takes_the_same_few_statements_however_many_are_new(
    newsletter: Newsletter,
) -> None:
    content = "address\n" + "".join(f"r{number}@example.org\n" for number in range(1_000))
    with CaptureQueriesContext(connection) as asked:
        bring_in(newsletter, content)
    written = [q["sql"] for q in asked.captured_queries if "SAVEPOINT" not in q["sql"]]
    # Three of them once a file: how often the newsletter comes, and at the end how many there are.
    assert len(written) <= 11, written
