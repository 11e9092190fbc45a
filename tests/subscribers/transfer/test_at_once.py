"""Two people who import the same file at the same moment let everybody in once."""

from threading import Thread

import pytest
from django.db import connection

from subscribers.models import Consent, Subscriber, Subscription
from subscribers.transfer.report import Report
from tests.factories import make_newsletter
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
