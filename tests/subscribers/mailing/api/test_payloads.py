"""What each provider is given: the right mail to each reader, and nothing of the others."""

import html as html_of
import re
from dataclasses import replace

import pytest

from subscribers.mailing.answers import Kind
from subscribers.mailing.messages import fill
from subscribers.mailing.providers import PROVIDERS, Shape
from tests.subscribers.mailing.api.conftest import (
    NAMES,
    TOKEN,
    Desk,
    make_mailing,
    make_recipients,
)

# What editors and readers may write, and a provider must not act on.
HOSTILE = [
    "{{greeting_text}} {{{unsubscribe_url}}} {{#each x}} {{> y}}",
    "{% for x in y %} {# hidden #} {$name}",
    "{ {{",
    "{",
    "%recipient.unsubscribe_url% %unsubscribe_url% %mailing_list_unsubscribe_url%",
    "*|UNSUB|* *|HTML:X|*",
    "<%asm_group_unsubscribe_url%> <%body%>",
    "-greeting- [unsubscribe] [[var:x]] #if($x)",
    '"quoted" \\ back \t slash',
]


def test_each_provider_has_a_dialect_here():
    assert {p.name for p in PROVIDERS.values() if p.backend} == set(NAMES)


def test_each_reader_gets_his_own_mail(desk: Desk):
    mailing, readers = make_mailing(), make_recipients(3)

    answers = desk.send(mailing, readers)

    assert {answer.kind for answer in answers} == {Kind.ACCEPTED}
    assert not any(answer.failed or answer.retry for answer in answers)
    assert [mail.to for mail in desk.mails] == [[one.address] for one in readers]
    for mail, one in zip(desk.mails, readers, strict=True):
        assert mail.subject == mailing.subject
        assert mail.html == fill(mailing.html, one.values)
        assert mail.text == fill(mailing.text, one.values)
        assert mail.sender.endswith(("briefing@daymark.example", "briefing@daymark.example>"))
        assert mail.reply_to == "desk@daymark.example"


def test_it_can_be_left_from_the_mail_program(desk: Desk):
    readers = make_recipients(2)

    desk.send(make_mailing(), readers)

    for mail, one in zip(desk.mails, readers, strict=True):
        headers = {name.lower(): value for name, value in mail.headers.items()}
        assert headers["list-unsubscribe"] == f"<{one.values['unsubscribe_url']}>"
        assert headers["list-unsubscribe-post"] == "List-Unsubscribe=One-Click"
        assert headers["list-id"] == "Morning <morning.daymark.example>"
        assert headers["precedence"] == "bulk"
        keeps = PROVIDERS[desk.provider.name].keeps_message_id
        assert headers.get("message-id") == (one.message_id if keeps else None)


def test_what_comes_back_can_be_matched(desk: Desk):
    desk.send(make_mailing(), make_recipients(2))

    assert [dict(mail.known) for mail in desk.mails] == [
        {"source": "digest:12", "token": str(TOKEN), "subscriber": str(number)} for number in (1, 2)
    ]


def test_nobody_sees_the_address_of_another(desk: Desk):
    readers = make_recipients(3)

    desk.send(make_mailing(), readers)

    for mail, one in zip(desk.mails, readers, strict=True):
        others = {other.address for other in readers} - {one.address}
        assert not [address for address in others if address in repr(mail)]
    assert "reader.invalid" not in repr([call.body for call in desk.server.calls])


@pytest.mark.parametrize("words", HOSTILE)
def test_what_an_editor_wrote_is_read_by_people_only(desk: Desk, words: str):
    link = "https://daymark.example/?q={{x}}&amp;y=%recipient.z%"
    mailing = make_mailing(
        subject=f"About {words}",
        html=f"<style>p{{color:red}}#a{{#b}}</style><p>{html_of.escape(words)}@@greeting_html@@</p>"
        f"<a href='{link}'>x</a>",
        text=f"{words}@@greeting_text@@ {html_of.unescape(link)} {words}",
    )
    readers = make_recipients(2)

    answers = desk.send(mailing, readers)

    assert {answer.kind for answer in answers} == {Kind.ACCEPTED}, answers
    for mail, one in zip(desk.mails, readers, strict=True):
        assert seen(mail.subject) == " ".join(mailing.subject.split())
        assert seen(mail.html) == seen(fill(mailing.html, one.values))
        assert text_seen(mail.text) == text_seen(fill(mailing.text, one.values))


@pytest.mark.parametrize("words", HOSTILE)
def test_what_a_reader_wrote_is_read_by_people_only(desk: Desk, words: str):
    values = {"greeting_html": f"Hello, {html_of.escape(words)}.", "greeting_text": words}
    # Braces of the mail on both sides: together with the reader's they must make nothing.
    mailing = make_mailing(
        html="<p>{@@greeting_html@@}</p>", text="{@@greeting_text@@{}% @@greeting_text@@"
    )
    readers = make_recipients(2, **values)

    answers = desk.send(mailing, readers)

    assert {answer.kind for answer in answers} == {Kind.ACCEPTED}, answers
    for mail, one in zip(desk.mails, readers, strict=True):
        assert seen(mail.html) == seen(fill(mailing.html, one.values))
        assert seen(mail.text) == seen(fill(mailing.text, one.values))


def test_a_value_is_escaped_once(desk: Desk):
    (one,) = make_recipients(1)

    desk.send(make_mailing(), [one])

    (mail,) = desk.mails
    assert "R&amp;D 1 &lt;3" in mail.html
    assert "&amp;amp;" not in mail.html
    assert '"R&D" 1 <3 \\ ü' in mail.text


def test_a_header_stays_one_line(desk: Desk):
    readers = make_recipients(1, unsubscribe_url="https://daymark.example/\r\nBcc: x@y.example")

    desk.send(make_mailing(), readers)

    (mail,) = desk.mails
    assert mail.headers["List-Unsubscribe"] == "<https://daymark.example/ Bcc: x@y.example>"


def test_one_call_carries_the_batch_of_a_provider_that_merges(merging_desk: Desk):
    size = min(merging_desk.provider.batch_size, 50)

    merging_desk.send(make_mailing(), make_recipients(size))

    assert len(merging_desk.server.calls) == 1
    assert len(merging_desk.mails) == size


def test_the_table_says_which_shape_fits():
    for provider in PROVIDERS.values():
        if provider.backend:
            merges = provider.shape is Shape.MERGE_BATCH
            assert merges == (
                provider.name in {"amazon_ses", "mailgun", "postmark", "sendgrid", "sparkpost"}
            )


def seen(words: str) -> str:
    """What a person sees: without what is there for machines only."""
    styles = re.sub(r"(?s)<style>.*?</style>", lambda found: found[0].replace("{ ", "{"), words)
    return html_of.unescape(styles.replace("\u200b", ""))


def text_seen(words: str) -> str:
    """The same, where a link may have its signs written as numbers."""
    return seen(words).replace("%7B", "{").replace("%25", "%")


def test_the_senders_name_is_text_like_any_other(desk: Desk):
    name = "News {{{ evil }}} @@value:token@@"
    mailing = replace(make_mailing(), from_name=name)

    answers = desk.send(mailing, make_recipients(2))

    assert {answer.kind for answer in answers} == {Kind.ACCEPTED}
