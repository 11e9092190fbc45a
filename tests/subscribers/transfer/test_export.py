"""Readers out: whole, harmless, and the same again when they come in."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from subscribers import identity, suppression
from subscribers.models import Newsletter, Subscriber, Subscription, SuppressedDomain
from subscribers.transfer.exporting import COLUMNS, as_csv
from tests.factories import NOW, make_newsletter, make_reader, make_readers
from tests.subscribers.transfer.files import bring_in, told

State = Subscription.State


@pytest.fixture
def newsletter(db: None) -> Newsletter:
    return make_newsletter(slug="briefing")


def exported(newsletter: Newsletter | None = None) -> list[dict[str, str]]:
    text = "".join(as_csv(newsletter=newsletter))
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_line_says_what_is_known(newsletter: Newsletter) -> None:
    make_reader(
        newsletter, address="Ana@example.org", name="Ana, B", language="fi", time_zone="UTC"
    )
    (line,) = exported(newsletter)
    assert tuple(line) == COLUMNS
    assert line == {
        "address": "Ana@example.org",
        "name": "Ana, B",
        "newsletter": "briefing",
        "state": "active",
        "reason": "",
        "created": "2026-11-24T06:00:00Z",
        "confirmed": "2026-11-24T06:00:00Z",
        "ended": "",
        "paused_until": "",
        "language": "fi",
        "time_zone": "UTC",
        "frequency": "every_day",
        "own_time": "",
    }


def test_one_newsletter_or_all_of_them(newsletter: Newsletter) -> None:
    make_reader(newsletter)
    make_reader(make_newsletter(slug="good-news"))
    assert len(exported(newsletter)) == 1
    assert [line["newsletter"] for line in exported()] == ["briefing", "good-news"]


def test_erased_readers_are_left_out(newsletter: Newsletter) -> None:
    reader = make_reader(newsletter)
    Subscriber.objects.filter(pk=reader.pk).update(**identity.NOTHING, erased_at=NOW)
    assert exported() == []


def test_it_says_why_an_active_reader_is_not_mailed(newsletter: Newsletter) -> None:
    hashes = [suppression.address_hash("ana@example.org")]
    suppression.suppress(address_hashes=hashes, reason="manual", detail="", now=NOW)
    SuppressedDomain.objects.create(domain="gone.example", created_at=NOW)
    make_reader(newsletter, address="ana@example.org")
    make_reader(newsletter, address="bob@gone.example")
    left = make_reader(newsletter, address="eva@gone.example", state=State.ENDED)
    Subscription.objects.filter(subscriber=left).update(reason="unsubscribed")
    assert [line["reason"] for line in exported()] == ["manual", "domain", "unsubscribed"]


def test_formulas_are_harmless_and_come_back_as_they_were(newsletter: Newsletter) -> None:
    names = ["=1+1", "+1", "-x", "@a", "'=1", "''@x", "a;=1", "plain", "O'Brien"]
    for number, name in enumerate(names):
        make_reader(newsletter, name=name, address=f"{number}@example.org")
    make_reader(newsletter, address="=cmd@example.org", name="")
    make_reader(newsletter, address="+tag@example.org", name="")
    text = "".join(as_csv())
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]
    before = set(Subscriber.objects.values_list("address", "name"))
    Subscription.objects.all().delete()
    Subscriber.objects.all().delete()
    assert told(bring_in(newsletter, text)) == {"IMPORTED": 11}
    assert set(Subscriber.objects.values_list("address", "name")) == before


def test_what_it_writes_can_be_imported_without_mailing_anybody_who_left(
    newsletter: Newsletter,
) -> None:
    make_reader(newsletter, address="ana@example.org")
    make_reader(newsletter, address="left@example.org", state=State.ENDED)
    make_reader(make_newsletter(), address="other@example.org")
    break_ends = NOW.replace(year=2030)
    Subscription.objects.filter(subscriber__address="ana@example.org").update(
        paused_until=break_ends
    )
    text = "".join(as_csv())
    Subscription.objects.all().delete()
    Subscriber.objects.all().delete()
    report = bring_in(newsletter, text)
    assert told(report) == {"IMPORTED": 1, "SAYS_NO": 1, "ELSEWHERE": 1}
    again = Subscription.objects.get()
    assert again.subscriber.address == "ana@example.org"
    assert (again.created_at, again.paused_until) == (NOW, break_ends)


def test_it_reads_in_ranges(newsletter: Newsletter) -> None:
    make_readers(newsletter, 5_100)
    with CaptureQueriesContext(connection) as asked:
        assert len(exported(newsletter)) == 5_100
    assert len(asked) == 3
