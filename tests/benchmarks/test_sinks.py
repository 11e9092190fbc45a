"""What a sink counts does not depend on where the network cuts what it is sent."""

import random
from pathlib import Path

import pytest

from benchmarks.sinks.http import SERVICES, Requests, readers_in
from benchmarks.sinks.smtp import Dialogue, Event
from benchmarks.sinks.tally import Tally

MAILS = (
    b"Subject: one\r\n\r\nHello.\r\n..a dot\r\n.",
    b".",
    b"Subject: two\r\n\r\nfoo\r\n.\r\r\n.",
)


def envelope(number: int) -> bytes:
    return b"MAIL FROM:<a@sender.example>\r\nRCPT TO:<r%d@readers.example>\r\nDATA\r\n" % number


def dialogue() -> bytes:
    """Three mails as a client that pipelines sends them, the second with nothing in it."""
    mails = b"".join(envelope(7 + n) + mail + b"\r\n" for n, mail in enumerate(MAILS))
    return b"EHLO bench\r\n" + mails + b"quit\r\n"


def said(pieces: list[bytes]) -> list[tuple[Event, list[int]]]:
    heard = Dialogue()
    return [event for piece in pieces for event in heard.feed(piece, len(piece))]


EXPECTED = [
    (Event.EHLO, []),
    *(
        event
        for number in (7, 8, 9)
        for event in [
            (Event.MAIL, []),
            (Event.RCPT, []),
            (Event.DATA, []),
            (Event.TAKEN, [number]),
        ]
    ),
    (Event.QUIT, []),
]


def as_a_client_may(whole: bytes) -> list[bytes]:
    """Cut after each DATA: a client must wait for 354 before the mail."""
    parts = whole.split(b"DATA\r\n")
    return [part + b"DATA\r\n" for part in parts[:-1]] + [parts[-1]]


def test_the_relay_counts_the_same_mails_wherever_packets_are_cut():
    for piece in range(1, 40):
        packets = [
            group[start : start + piece]
            for group in as_a_client_may(dialogue())
            for start in range(0, len(group), piece)
        ]
        assert said(packets) == EXPECTED, f"in pieces of {piece} bytes"


def test_the_relay_counts_the_same_mails_in_packets_of_any_size():
    chance = random.Random(4)
    for _ in range(300):
        packets = []
        for group in as_a_client_may(dialogue()):
            cuts = sorted(chance.sample(range(len(group)), min(5, len(group))))
            packets += [group[a:b] for a, b in zip([0, *cuts], [*cuts, len(group)], strict=True)]
        assert said(packets) == EXPECTED


def test_the_relay_finds_the_end_of_a_large_mail():
    mail = b"The harbour office counted forty boats.\r\n" * 4_000
    packets = [envelope(1), mail, b".\r\n" + envelope(2), mail + b".\r\n"]

    taken = [readers for event, readers in said(packets) if event is Event.TAKEN]

    assert taken == [[1], [2]]


def test_the_relay_reads_only_what_came_of_its_buffer():
    heard = Dialogue()
    packet = envelope(3)

    events = heard.feed(bytearray(packet + b"x\r\n.\r\n"), len(packet))

    assert [event for event, _ in events] == [Event.MAIL, Event.RCPT, Event.DATA]


def request(body: bytes, *, path: bytes = b"/v3/mail/send") -> bytes:
    return b"POST %b HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\n\r\n%b" % (path, len(body), body)


@pytest.mark.parametrize("piece", [1, 2, 3, 7, 50, 100_000])
def test_the_service_cuts_requests_apart_wherever_packets_are_cut(piece: int):
    bodies = [b'{"to":"r1@readers.example"}', b"", b"\r\n\r\n", b"x" * 300]
    whole = b"".join(request(body) for body in bodies)
    cutter = Requests()

    found = [
        body
        for start in range(0, len(whole), piece)
        for _, body in cutter.feed(whole[start : start + piece])
    ]

    assert found == bodies


def test_each_reader_in_a_request_is_one_mail_however_often_he_is_named():
    form = b"to=r12%40readers.example&recipient-variables=%7B%22r12%40readers.example%22%3A1%7D"
    body = (
        b'{"to":[{"email":"r5@readers.example"},{"email":"r50@readers.example"}],"from":"r5@x.y"}'
    )

    assert readers_in(form) == [12]
    assert readers_in(body) == [5, 50]


def test_each_service_has_its_own_answer():
    def answer(path: bytes) -> str:
        return next(make([4])[0] for end, make in SERVICES if path.endswith(end))

    assert answer(b"/v3/mail/send") == "202 Accepted"
    assert answer(b"/v3/sender.example/messages") == "200 OK"
    assert answer(b"/v3/smtp/email") == "201 Created"
    assert answer(b"/emails") == "200 OK"


def test_a_tally_tells_who_was_mailed_how_often(tmp_path: Path):
    sink = Tally(path=tmp_path / "tally", readers=20, make=True)
    benchmark = Tally(path=tmp_path / "tally", readers=20)

    sink.take([3, 4])
    sink.take([4])
    sink.receive(10)

    assert benchmark.mails == 3
    assert benchmark.calls == 2
    assert benchmark.bytes == 10
    assert benchmark.taken() == {3, 4}
    assert benchmark.doubled() == {4}
    assert benchmark.times[4] == benchmark.last_mail >= benchmark.first_mail > 0
    benchmark.clear()
    assert sink.taken() == set()
    assert sink.mails == 0


def test_a_tally_counts_a_mail_to_somebody_it_has_no_place_for(tmp_path: Path):
    tally = Tally(path=tmp_path / "tally", readers=5, make=True)

    tally.take([5, 1_000_000])

    assert tally.mails == 2
    assert tally.taken() == {5}
