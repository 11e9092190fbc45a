"""Placeholders, and mails as bytes."""

import pytest

from subscribers.mailing import mime
from subscribers.mailing.errors import scrub
from subscribers.mailing.messages import Mailing, Recipient, defuse, fill


def test_it_fills_every_placeholder():
    assert fill("a @@one@@ b @@two@@", {"one": "1", "two": "2"}) == "a 1 b 2"


def test_a_missing_value_is_an_error_and_not_a_hole():
    with pytest.raises(KeyError, match="two"):
        fill("@@two@@", {"one": "1"})


def test_a_value_is_never_read_as_a_placeholder():
    assert fill("@@name@@", {"name": "@@secret@@", "secret": "x"}) == "@@secret@@"


def test_what_an_editor_typed_is_no_placeholder():
    assert fill(defuse("@@unsubscribe_url@@"), {}) == "@\u200b@unsubscribe_url@\u200b@"


@pytest.mark.parametrize("signs", ["@@", "@@@", "@@@@", "@@@@@"])
def test_what_an_editor_typed_begins_no_placeholder_with_what_follows(signs):
    typed = defuse(f"{signs}preferences_url")

    assert fill(f"{typed}@@promo_text@@", {"promo_text": "", "preferences_url": "leak"}) == typed


def test_no_value_can_start_another_header():
    message = mime.build(
        mailing=Mailing(
            subject="Hello @@name@@",
            html="<p>Hi</p>",
            text="Hi",
            from_name="The Daymark\r\nBcc: other@mail.example",
            from_address="desk@daymark.example",
            headers={"X-Name": "@@name@@", "Message-ID": "@@message_id@@"},
        ),
        recipient=Recipient(
            subscriber_id=1,
            address="reader@mail.example",
            message_id="<1@daymark.example>",
            values={"name": "Ann\r\nBcc: other@mail.example"},
        ),
    )

    assert message["Bcc"] is None
    assert message["From"].addresses[0].display_name == "The Daymark Bcc: other@mail.example"
    assert message["Subject"] == "Hello Ann Bcc: other@mail.example"
    assert message["Message-ID"] == "<1@daymark.example>"


def test_a_providers_words_are_kept_without_addresses():
    words = "550 5.1.1 <reader+tag@mail.example>:\r\n user reader@xn--bcher-kva.example unknown"
    assert scrub(words) == "550 5.1.1 <[address]>: user [address] unknown"
