"""A compiled mail says what the standard library's would, to whatever reader it is written."""

import email
import random
import re
from email import policy
from email.message import EmailMessage
from itertools import pairwise

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from subscribers.mailing import mime
from subscribers.mailing.messages import PLACEHOLDER, Mailing, Recipient

LINK = "https://newsletters.daymark.example/unsubscribe/"
HTML = "".join(
    (
        "<p>@@greeting_html@@</p>\n.a line with a dot in front\n",
        f"<p>{'Die Fähre fährt = wieder. ' * 30}</p> \n\t\n@@reason_html@@\r\n",
        '<a href="@@unsubscribe_url@@">Leave</a>@@greeting_html@@@@reason_html@@\n.\n..\n</html>',
    )
)
TEXT = "@@greeting_text@@\n@@reason_text@@\n\nFrom here on: @@unsubscribe_url@@ .\n" + "x" * 200
NAMES = ("greeting_html", "greeting_text", "reason_html", "reason_text", "unsubscribe_url")
PIECES = ["Zoë", "山田太郎", ".", "..", "=", "=3D", "=?utf-8?q?x?=", " ", "\t", "\n", "\r\n", "\r"]
PIECES += ["a", "word " * 20, "x" * 75, "x" * 76, "y" * 300, "@@", "\x0b", "\x85", "🦉", "ä" * 40]


def mailing(**changes: object) -> Mailing:
    values: dict[str, object] = {
        "subject": "Harbour reopens, @@greeting_text@@",
        "html": HTML,
        "text": TEXT,
        "from_name": "Der Tagesanzünder",
        "from_address": "briefing@daymark.example",
        "reply_to": "desk@daymark.example",
        "headers": {
            "Message-ID": "@@message_id@@",
            "List-Id": "Morning Briefing <morning.daymark.example>",
            "List-Unsubscribe": "<@@unsubscribe_url@@>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    }
    return Mailing(**{**values, **changes})


def reader(values: dict[str, str], *, number: int = 7, address: str = "") -> Recipient:
    return Recipient(
        subscriber_id=number,
        address=address or f"reader{number}@mail.example",
        message_id=f"<3.{number}@daymark.example>",
        values=values,
    )


def unstuffed(wire: bytes) -> bytes:
    """What a relay makes of it (RFC 5321 section 4.5.2)."""
    assert wire.endswith(b"\r\n")
    return re.sub(rb"(?m)^\.\.", b".", wire)


def parsed(content: bytes) -> EmailMessage:
    message = email.message_from_bytes(content, policy=policy.default)
    assert not message.defects
    assert not [part.defects for part in message.walk() if part.defects]
    return message


def shown(message: EmailMessage) -> dict[str, object]:
    """What a mail program would show of it, and all its headers."""
    own = {"Content-Type", "MIME-Version", "Date"}
    parts = {kind: message.get_body((kind,)) for kind in ("plain", "html")}
    return {
        "headers": [(name, str(value)) for name, value in message.items() if name not in own],
        "type": message.get_content_type(),
        "order": [part.get_content_type() for part in message.iter_parts()],
        "date": message["Date"].datetime is not None,
        **{kind: part.get_content() for kind, part in parts.items()},
    }


def check(mail: Mailing, recipient: Recipient) -> None:
    wire = mime.compile_mail(mail).write(recipient)
    built = mime.build(mailing=mail, recipient=recipient).as_bytes()

    assert shown(parsed(unstuffed(wire))) == shown(parsed(built))
    lines = wire.split(b"\r\n")
    assert wire.isascii()
    assert b"\n" not in wire.replace(b"\r\n", b"")
    assert b"\r" not in wire.replace(b"\r\n", b"")
    assert not [line for line in lines if line.startswith(b".")]
    head, _, body = wire.partition(b"\r\n\r\n")
    assert max(map(len, head.split(b"\r\n"))) <= 998
    assert max(map(len, body.split(b"\r\n"))) <= 76


def test_two_hundred_odd_readers_get_what_the_library_would_have_made():
    chance = random.Random(7)
    mail = mailing()
    for number in range(200):
        values = {name: "".join(chance.choices(PIECES, k=chance.randrange(6))) for name in NAMES}
        values["unsubscribe_url"] = f"{LINK}{chance.randbytes(chance.randrange(80)).hex()}/"
        check(mail, reader(values, number=number))


text = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=12)), max_size=8).map("".join)
lines = st.lists(st.sampled_from([*PIECES, *(f"@@{name}@@" for name in NAMES)]), max_size=12)


@settings(deadline=None, max_examples=300)
@example(html="", plain="\r@@reason_text@@Zoë", values=[*[""] * (len(NAMES) - 2), "\n", ""])
@given(html=lines.map("".join), plain=lines.map("".join), values=st.tuples(*[text] * len(NAMES)))
def test_whatever_stands_around_the_placeholders(html, plain, values):
    # Pieces may make placeholders of their own, such as "@@" + "a" + "@@".
    assume({*PLACEHOLDER.findall(html), *PLACEHOLDER.findall(plain)} <= {*NAMES})
    known = dict(zip(NAMES, values, strict=True))
    quiet = mailing(html=html, text=plain, subject="Harbour", headers={})
    check(quiet, reader(known))


@settings(deadline=None, max_examples=200)
@given(subject=text, name=text)
def test_whatever_stands_in_a_header(subject, name):
    mail = mailing(
        html="<p>Hi</p>",
        text="Hi",
        subject=f"{''.join(subject.split('@@'))} @@greeting_text@@",
        headers={"X-Name": "To @@greeting_text@@"},
    )
    wire = mime.compile_mail(mail).write(reader({"greeting_text": name}))
    built = mime.build(mailing=mail, recipient=reader({"greeting_text": name})).as_bytes()
    # Both before anybody reads them: the library cannot read all that it writes.
    own = (b"Date:", b"Content-", b"MIME-")
    heads = [
        sorted(
            line for line in one.partition(b"\r\n\r\n")[0].split(b"\r\n") if line[:1] not in b" "
        )
        for one in (wire, built)
    ]
    heads = [[line for line in head if not line.startswith(own)] for head in heads]
    assert heads[0] == heads[1]


@pytest.mark.parametrize(
    "address",
    [
        "reader+tag@mail.example",
        '"odd reader"@mail.example',
        '"a\\"b"@mail.example',
        "reader@bücher.example",
        f"{'x' * 64}@{'mail.' * 20}example",
    ],
)
def test_any_address_that_can_be_written_stands_in_the_to_header(address):
    check(mailing(), reader(dict.fromkeys(NAMES, "x"), address=address))


def test_a_reader_with_letters_of_his_own_before_the_at_gets_headers_in_utf8():
    wire = mime.compile_mail(mailing()).write(
        reader(dict.fromkeys(NAMES, "x"), address="zoë@bücher.example")
    )
    assert "\r\nTo: zoë@xn--bcher-kva.example\r\n".encode() in wire


@pytest.mark.parametrize(
    "address",
    [
        "not an address",
        "a@b@c",
        "a@b\r\nRCPT TO:<x@y>",
        "",
        "@mail.example",
        "a@",
        "a<b>@c.example",
    ],
)
def test_what_is_no_address_is_refused(address):
    with pytest.raises(ValueError, match=r".*"):
        mime.on_the_wire(address)


def test_a_missing_value_is_an_error_and_not_a_hole():
    with pytest.raises(KeyError, match="greeting_text"):
        mime.compile_mail(mailing()).write(reader({"greeting_html": "x", "reason_html": "x"}))


def test_a_soft_break_stands_between_the_words_and_a_value():
    mail = mailing(html="<p>Hello @@greeting_html@@!</p>\n", text="")
    body = mime.compile_mail(mail).write(reader(dict.fromkeys(NAMES, "Ada")))
    assert b"<p>Hello=20=\r\nAda=\r\n!</p>\r\n" in body


def test_one_mailing_is_compiled_once():
    one, again = mime.compiled(mailing()), mime.compiled(mailing())
    other = mime.compiled(mailing(subject="Other"))
    assert one is again
    assert one is not other


def test_no_placeholder_is_left_and_none_is_made_by_values():
    values = dict.fromkeys(NAMES, "@@reason_html@@\r")
    wire = mime.compile_mail(mailing()).write(reader(values))
    message = parsed(wire)
    assert message.get_body(("html",)).get_content().count("@@reason_html@@") == 5
    assert all(one < other for one, other in pairwise(mime.compile_mail(mailing())._spans))
