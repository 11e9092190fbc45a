"""Two people who import the same file at the same moment let everybody in once."""

from threading import Thread

import pytest
from django.db import connection

from subscribers import privacy
from subscribers.ledger import BY_DESK
from subscribers.models import Consent, Subscriber, Subscription
from subscribers.transfer import importing
from subscribers.transfer.report import Report
from tests.factories import NOW, make_newsletter, make_reader
from tests.subscribers.transfer.files import bring_in


@pytest.mark.django_db(transaction=True)
def test_two_imports_at_once_let_everybody_in_once() -> None:
    newsletter = make_newsletter()
    names = [f"r{number}@example.org" for number in range(4_000)]
    reports: list[Report] = []

    def go(content: str) -> None:
        try:
            reports.append(bring_in(newsletter, content))
        finally:
            connection.close()

    # From both ends, so that they meet.
    contents = ["\n".join(["address", *order]) for order in (names, names[::-1])]
    threads = [Thread(target=go, args=[content]) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(reports) == 2
    assert Subscriber.objects.count() == Subscription.objects.count() == 4_000
    assert Consent.objects.count() == 4_000 == sum(report.imported for report in reports)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_who_is_erased_while_a_file_is_read_does_not_come_in(monkeypatch) -> None:
    newsletter, other = make_newsletter(), make_newsletter()
    reader = make_reader(other, address="ana@example.org")
    sort = importing._sort

    def erase() -> None:
        try:
            privacy.erase(subscriber_id=reader.pk, proof=BY_DESK, now=NOW)
        finally:
            connection.close()

    def sort_then_erase(*args: object) -> object:
        found = sort(*args)  # type: ignore[arg-type]
        thread = Thread(target=erase)
        thread.start()
        thread.join()
        return found

    monkeypatch.setattr(importing, "_sort", sort_then_erase)
    report = bring_in(newsletter, "address\nana@example.org\nbob@example.org\n")
    assert list(newsletter.subscriptions.values_list("subscriber__address", flat=True)) == [
        "bob@example.org"
    ]
    assert report.imported == 1
