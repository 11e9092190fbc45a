"""How a digest went: bounces, clicks and the rest in a few statements, and as CSV."""

import csv
import io

import pytest

from newsletter.delivery import exceptions
from newsletter.delivery.counts import counts
from newsletter.models import Delivery, DeliveryException, LinkClicks, ReaderReport, Revision
from newsletter.statistics import sheet
from newsletter.statistics.outcome import outcome
from subscribers.mailing.answers import Failure
from tests.factories import NOW


def look(digest):
    return outcome(digest=digest, counts=counts(digest_ids=[digest.pk])[digest.pk], now=NOW)


def report(digest, reader: int, kind: str, *, hard: bool) -> None:
    ReaderReport.objects.create(
        source=f"digest:{digest.pk}",
        digest=digest,
        subscriber_id=reader,
        kind=kind,
        hard=hard,
        at=NOW,
    )


def click(digest, label: str, url: str, clicks: int) -> None:
    revision = digest.revision
    number = len(revision.links)
    revision.links = [*revision.links, {"url": url, "label": label}]
    Revision.objects.filter(pk=revision.pk).update(links=revision.links)
    LinkClicks.objects.create(revision=revision, number=number, clicks=clicks)


def table(digest) -> list[dict[str, str]]:
    text = sheet.as_csv(found=look(digest)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_mailboxes_refused_at_the_door_and_reported_later_are_both_hard_bounces(sent):
    one, two, three, four = Delivery.objects.values_list("subscriber_id", flat=True)[:4]
    exceptions.write(
        digest_id=sent.pk,
        new=DeliveryException.State.FAILED,
        failures={one: Failure(reason="bad_mailbox")},
        now=NOW,
    )
    report(sent, two, "bounced", hard=True)
    report(sent, three, "bounced", hard=False)
    report(sent, four, "complained", hard=True)

    found = look(sent)

    assert (found.hard_bounces, found.bounces.soft, found.bounces.complained) == (2, 1, 1)
    assert (found.counts.failed, found.counts.accepted) == (1, 11)


def test_each_link_has_its_label_where_it_leads_and_its_clicks(sent):
    click(sent, "Harbour reopens", "https://a.example/1", 7)
    click(sent, "A night bus", "https://a.example/2", 0)

    found = look(sent)

    assert [(one.label, one.url, one.clicks) for one in found.links] == [
        ("Harbour reopens", "https://a.example/1", 7),
        ("A night bus", "https://a.example/2", 0),
    ]
    assert found.clicks == 7


def test_all_of_it_takes_six_statements(sent, django_assert_num_queries):
    found = counts(digest_ids=[sent.pk])[sent.pk]
    sent.newsletter  # noqa: B018  (loaded with the digest at the desk)
    with django_assert_num_queries(6):
        outcome(digest=sent, counts=found, now=NOW)


def test_the_table_has_a_row_for_each_number(sent):
    click(sent, "Harbour reopens", "https://a.example/1", 7)

    rows = table(sent)

    assert {"table": "readers", "what": "accepted", "detail": "", "number": "12"} in rows
    assert {
        "table": "clicks",
        "what": "Harbour reopens",
        "detail": "https://a.example/1",
        "number": "7",
    } in rows
    assert sum(row["table"] == "growth" for row in rows) == 60


def test_spreadsheets_read_it_as_utf_8(sent):
    click(sent, "Hafen öffnet", "https://a.example/1", 7)

    assert sheet.as_csv(found=look(sent)).startswith(b"\xef\xbb\xbf")
    assert any(row["what"] == "Hafen öffnet" for row in table(sent))


@pytest.mark.parametrize(
    "label",
    ['=HYPERLINK("http://evil.example")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "  =1"],
)
def test_a_headline_cannot_become_a_formula(sent, label):
    click(sent, label, "https://a.example/1", 1)

    row = next(row for row in table(sent) if row["table"] == "clicks")
    assert row["what"].replace("\n", "\r") == f"'{label}"


@pytest.mark.parametrize(
    ("label", "shown"),
    [
        ("News;=cmd|' /C calc'!A0;x", "News;'=cmd|' /C calc'!A0;x"),
        ("News\t=1+1", "News\t'=1+1"),
        ("News; +1|-1", "News; '+1|'-1"),
        ("\uff1d1+1", "'\uff1d1+1"),
    ],
)
def test_nor_where_cells_are_parted_by_another_sign(label, shown):
    assert sheet.harmless(label) == shown


@pytest.mark.parametrize("label", ["Harbour = open", "A-Z", "", "'quoted'"])
def test_other_words_stay_as_they_are(label):
    assert sheet.harmless(label) == label
