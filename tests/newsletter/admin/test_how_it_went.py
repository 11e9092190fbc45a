"""The panel "How it went": bounces, clicks, who left, growth, and the same as a file."""

from django.test import Client
from django.utils import timezone

from newsletter.models import Digest, LinkClicks, ReaderReport, Revision
from subscribers.models import Consent, Subscription
from tests.newsletter.admin.conftest import page_of
from tests.newsletter.admin.on_its_way import State, finish, pause, send


def look(desk: Client, mail: Digest) -> str:
    return " ".join(desk.get(page_of(mail)).text.split())


def clicked(mail: Digest, label: str, url: str, clicks: int) -> None:
    Revision.objects.filter(pk=mail.revision_id).update(links=[{"url": url, "label": label}])
    LinkClicks.objects.create(revision_id=mail.revision_id, number=0, clicks=clicks)


def test_it_shows_what_came_back_and_each_link(desk: Client, mail: Digest) -> None:
    finish(send(mail, rest=State.ACCEPTED))
    clicked(mail, "Harbour <reopens>", "https://a.example/1?a=1&b=2", 1_234)
    for reader, hard in ((1, True), (2, True), (3, False)):
        ReaderReport.objects.create(
            source="x",
            digest=mail,
            subscriber_id=reader,
            kind="bounced",
            hard=hard,
            at=mail.sent_at,
        )

    text = look(desk, mail)

    assert "How it went" in text
    assert "<dt>hard bounces</dt><dd>2</dd>" in text
    assert "<dt>soft bounces</dt><dd>1</dd>" in text
    assert "Harbour &lt;reopens&gt;" in text
    assert 'href="https://a.example/1?a=1&amp;b=2"' in text
    assert "1,234" in text


def test_it_says_who_left_and_what_that_means(desk: Client, mail: Digest) -> None:
    finish(send(mail, rest=State.ACCEPTED))
    some = Subscription.objects.values_list("pk", flat=True)[:4]
    Subscription.objects.filter(pk__in=list(some)).update(
        state="ended", reason="unsubscribed", ended_at=timezone.now()
    )

    text = look(desk, mail)

    assert "<dt>left because of it</dt><dd>4</dd>" in text
    assert f"readers of this mail who left {mail.newsletter} within 7 days of it" in text


def test_growth_is_a_picture_with_its_numbers_in_a_table(desk: Client, mail: Digest) -> None:
    finish(send(mail, rest=State.ACCEPTED))
    for reader in (1, 2, 3):
        Consent.objects.create(
            newsletter=mail.newsletter,
            subscriber_id=reader,
            act="confirmed",
            at=timezone.now(),
            method="form",
        )

    text = look(desk, mail)

    assert "3 joined" in text
    assert text.count("desk-chart-up") == 1
    assert 'role="img" aria-label=' in text
    table = text.split("Numbers by day")[1].split("</table>")[0]
    assert table.count("<tr>") == 31
    assert '<td class="desk-number">3</td>' in table


def test_a_draft_has_no_panel_and_no_file(desk: Client, mail: Digest) -> None:
    assert "How it" not in look(desk, mail)
    assert desk.get(page_of(mail, "numbers")).status_code == 404


def test_the_panel_stands_there_while_it_is_on_its_way_and_paused(
    desk: Client, mail: Digest
) -> None:
    send(mail)
    assert "How it goes" in look(desk, mail)
    pause(mail)
    assert "How it goes" in look(desk, mail)


def test_the_file_has_its_name_and_is_no_formula(desk: Client, mail: Digest) -> None:
    finish(send(mail, rest=State.ACCEPTED))
    clicked(mail, '=HYPERLINK("http://evil.example")', "https://a.example/1", 1)

    response = desk.get(page_of(mail, "numbers"))

    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert f"{mail.newsletter.slug}-{mail.occurrence}.csv" in response["Content-Disposition"]
    text = response.content.decode("utf-8-sig")
    assert "readers,accepted,,1203" in text
    assert "\"'=HYPERLINK" in text
