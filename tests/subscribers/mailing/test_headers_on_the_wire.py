"""Header lines as mail servers and clients can read them."""

import email
from email.policy import default

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from subscribers.mailing import mime
from subscribers.mailing.messages import Mailing, Recipient

LINK = f"https://newsletters.daymark.example/unsubscribe/{'t' * 60}/"


def on_the_wire(subject: str = "Harbour reopens") -> bytes:
    mailing = Mailing(
        subject=subject,
        html=f"<p>{'Die Fähre fährt. ' * 80}</p>",
        text=f"{'Die Fähre fährt. ' * 80}\n",
        from_name="Der Tagesanzünder",
        from_address="briefing@daymark.example",
        headers={"List-Unsubscribe": f"<{LINK}>"},
    )
    recipient = Recipient(subscriber_id=7, address="ana@mail.example", message_id="<1.7@d.example>")
    return mime.build(mailing=mailing, recipient=recipient).as_bytes()


def test_a_long_unsubscribe_link_is_not_encoded() -> None:
    """RFC 2047 section 5 allows encoded words in text only; clients look for the link as it is."""
    assert f"\r\nList-Unsubscribe: <{LINK}>\r\n".encode() in on_the_wire()


@pytest.mark.parametrize("subject", ["Hafen öffnet wieder " * 8, "港がまた開く" * 20])
def test_words_of_other_scripts_come_back_as_they_were(subject: str) -> None:
    message = email.message_from_bytes(on_the_wire(subject), policy=default)
    assert message["Subject"] == " ".join(subject.split())
    assert message["From"].addresses[0].display_name == "Der Tagesanzünder"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("aéü…語x", min_size=1, max_size=14), min_size=8, max_size=14))
def test_a_long_subject_keeps_each_space(words: list[str]) -> None:
    subject = " ".join(words)
    assert email.message_from_bytes(on_the_wire(subject), policy=default)["Subject"] == subject


def test_no_line_is_longer_than_mail_may_carry() -> None:
    """RFC 5322 section 2.1.1: 998 bytes; encoded words and bodies within 76."""
    wire = on_the_wire("Hafen öffnet wieder " * 8)
    lines = wire.split(b"\r\n")
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert max(map(len, lines)) <= 998
    whole = (b"List-Unsubscribe:", b"Content-Type:")
    assert all(len(line) <= 76 for line in lines if not line.startswith(whole))
    assert wire.isascii()


def test_a_line_break_in_a_subject_starts_no_header() -> None:
    message = email.message_from_bytes(on_the_wire("Hello\r\nBcc: x@y.example"))
    assert message["Bcc"] is None
