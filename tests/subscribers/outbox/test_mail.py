"""One captured mail: what its reader would have got, in four views."""

import email
from email.policy import default
from typing import Any

import pytest
from django.test import Client

from subscribers import captured_mail
from subscribers.models import OutboxMail, OutboxTemplate
from tests.subscribers.outbox.conftest import AT, Capture


@pytest.fixture
def mail(capture: Capture) -> OutboxMail:
    return capture("ana@mail.example")


def test_it_fills_in_the_readers_values(mail: OutboxMail) -> None:
    captured = captured_mail.read(mail_id=mail.pk)
    assert "Good morning, ana." in captured.html
    assert "Good morning, ana." in captured.text
    assert captured.header("Message-ID") == "<12.7@daymark.example>"
    assert captured.header("To") == "ana@mail.example"


def test_the_text_view_shows_the_text_part(client: Client, mail: OutboxMail) -> None:
    body = client.get(f"/outbox/{mail.pk}/?view=text").content.decode()
    assert "Good morning, ana." in body


def test_the_header_view_lists_every_header(client: Client, mail: OutboxMail) -> None:
    body = client.get(f"/outbox/{mail.pk}/?view=headers").content.decode()
    for name in ("From", "To", "Subject", "Date", "Message-ID", "List-Unsubscribe-Post"):
        assert f'<th scope="row">{name}</th>' in body


def test_an_unknown_view_shows_the_html(client: Client, mail: OutboxMail) -> None:
    assert "<iframe" in client.get(f"/outbox/{mail.pk}/?view=nothing").content.decode()


def test_the_file_is_a_mail_that_programs_can_read(client: Client, mail: OutboxMail) -> None:
    response = client.get(f"/outbox/{mail.pk}/source")
    assert response["Content-Type"] == "message/rfc822"
    message = email.message_from_bytes(response.content, policy=default)
    assert message["Subject"] == "Harbour reopens"
    assert message["Date"].datetime == AT
    assert message["List-Unsubscribe"] == f"<http://127.0.0.1:8000/unsubscribe/{'t' * 90}/>"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text
    assert html
    assert "Good morning, ana." in text.get_content()
    assert "<h1>Morning Briefing</h1>" in html.get_content()


def test_a_long_link_stays_whole_in_the_source_view(client: Client, mail: OutboxMail) -> None:
    body = client.get(f"/outbox/{mail.pk}/?view=source").content.decode()
    assert f"List-Unsubscribe: &lt;http://127.0.0.1:8000/unsubscribe/{'t' * 90}/&gt;" in body


def test_a_line_break_in_a_subject_makes_no_second_header(
    capture: Capture, template: OutboxTemplate
) -> None:
    OutboxTemplate.objects.filter(pk=template.pk).update(subject="Harbour\r\nBcc: x@y.example")
    raw = captured_mail.read(mail_id=capture().pk).message.as_bytes()
    assert email.message_from_bytes(raw)["Bcc"] is None


def test_the_button_posts_what_a_mail_client_posts(client: Client, mail: OutboxMail) -> None:
    body = client.get(f"/outbox/{mail.pk}/").content.decode()
    assert f'action="http://127.0.0.1:8000/unsubscribe/{"t" * 90}/"' in body
    assert 'name="List-Unsubscribe" value="One-Click"' in body


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"List-Unsubscribe": "<@@unsubscribe_url@@>"},
        {
            "List-Unsubscribe": "<https://elsewhere.example/x>, <mailto:off@daymark.example>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    ],
    ids=["no headers", "not one-click", "on another site"],
)
def test_there_is_no_button_for_a_mail_without_one_click(
    client: Client, capture: Capture, template: OutboxTemplate, headers: Any
) -> None:
    OutboxTemplate.objects.filter(pk=template.pk).update(headers=headers)
    body = client.get(f"/outbox/{capture().pk}/").content.decode()
    assert 'value="One-Click"' not in body
