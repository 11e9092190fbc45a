"""A connection that breaks: who was mailed is known, and only a final dot can be in doubt."""

import asyncio
import socket

import pytest

from subscribers.mailing.answers import Kind
from subscribers.mailing.smtp import Fate, exchange, wire
from tests.relay import Cut, Heard, ScriptedRelay
from tests.subscribers.mailing.smtp.conftest import fates

both = pytest.mark.parametrize("pipelined", [True, False], ids=["pipelined", "step by step"])


class Once:
    """Does something at the n-th time of a step."""

    def __init__(self, verb: str, reaction: str | Cut, *, at: int) -> None:
        self.verb, self.reaction, self.at, self.seen = verb, reaction, at, 0

    def __call__(self, heard: Heard) -> str | Cut | None:
        self.seen += heard.verb == self.verb
        return self.reaction if heard.verb == self.verb and self.seen == self.at else None


@both
@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA"])
@pytest.mark.parametrize("after", [b"", b"25", b"250-half\r\n"])
@pytest.mark.parametrize("rudely", [False, True])
def test_before_the_final_dot_nothing_is_in_doubt_and_another_connection_goes_on(
    relay: ScriptedRelay, letters, deliver, verb, after, rudely, pipelined
):
    if not pipelined:
        relay.extensions.remove("PIPELINING")
    relay.script = Once(verb, Cut(after, rudely=rudely), at=4)
    posted = letters(10)

    assert deliver(posted) is None

    assert fates(posted) == {Fate.ACCEPTED: 10}
    assert relay.readers == [one.recipient.address for one in posted]
    assert relay.connections == 2


@both
def test_in_the_middle_of_a_text_nothing_is_in_doubt(
    relay: ScriptedRelay, letters, deliver, pipelined
):
    """A mail so large that no kernel takes it whole while the relay reads nothing."""
    relay.extensions = ["PIPELINING"] if pipelined else []
    relay.script = Once("HEAD", Cut(b"25", rudely=True), at=2)
    posted = letters(3, text="Hello @@name@@" + "x" * 12_000_000)

    assert deliver(posted) is None

    assert fates(posted) == {Fate.ACCEPTED: 3}
    assert len(relay.mails) == 3
    assert relay.connections == 2


@both
@pytest.mark.parametrize("reaction", [Cut(), Cut(b"25"), Cut(rudely=True), "what? who?"])
def test_after_the_final_dot_that_reader_alone_is_unknown_and_nothing_more_leaves(
    relay: ScriptedRelay, letters, deliver, reaction, pipelined
):
    if not pipelined:
        relay.extensions.remove("PIPELINING")
    relay.script = Once("TEXT", reaction, at=4)
    posted = letters(10)

    answer = deliver(posted)

    assert answer.kind is Kind.UNKNOWN
    assert [one.fate for one in posted] == (
        [Fate.ACCEPTED] * 3 + [Fate.UNKNOWN] + [Fate.WAITING] * 6
    )
    assert len(relay.mails) == 3


@pytest.mark.parametrize("verb", ["MAIL", "RCPT", "DATA", "TEXT"])
def test_a_relay_that_takes_its_leave_after_some_letters_is_called_again(
    relay: ScriptedRelay, letters, deliver, verb
):
    relay.script = Once(verb, Cut(b"421 4.7.0 enough for one session\r\n"), at=4)
    posted = letters(10)

    assert deliver(posted) is None
    assert fates(posted) == {Fate.ACCEPTED: 10}
    assert len(relay.mails) == 10
    assert relay.connections == 2


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "TEXT"])
def test_a_relay_that_takes_its_leave_before_any_letter_is_left_alone(
    relay: ScriptedRelay, letters, deliver, verb
):
    relay.script = lambda heard: "421 4.3.2 closing" if heard.verb == verb else None
    posted = letters(3)

    assert deliver(posted).kind is Kind.THROTTLED
    assert fates(posted) == {Fate.WAITING: 3}
    assert relay.connections == 1


@pytest.mark.parametrize("verb", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA"])
def test_a_relay_that_hangs_up_before_any_letter_has_taken_none(
    relay: ScriptedRelay, letters, deliver, verb
):
    relay.script = lambda heard: Cut() if heard.verb == verb else None
    posted = letters(3)

    assert deliver(posted).kind is Kind.NOT_SENT
    assert fates(posted) == {Fate.WAITING: 3}
    assert relay.connections == 1


def test_one_that_refuses_a_reader_and_hangs_up_has_said_so(relay: ScriptedRelay, letters, deliver):
    relay.script = Once("RCPT", Cut(b"550 5.1.1 goodbye\r\n"), at=2)
    posted = letters(3)

    assert deliver(posted) is None
    assert [one.fate for one in posted] == [Fate.ACCEPTED, Fate.FAILED, Fate.ACCEPTED]


@pytest.mark.parametrize(("verb", "fate"), [("MAIL", Fate.WAITING), ("TEXT", Fate.UNKNOWN)])
def test_a_relay_that_falls_silent_is_not_waited_for(
    relay: ScriptedRelay, letters, deliver, monkeypatch, verb, fate
):
    monkeypatch.setattr(exchange, "ANSWER_TIMEOUT", 0.3)

    def script(heard: Heard) -> None:
        relay.delay = 5.0 if heard.verb == verb else 0.0

    relay.script = script
    posted = letters(3)

    answer = deliver(posted)

    assert answer.kind is (Kind.UNKNOWN if fate is Fate.UNKNOWN else Kind.NOT_SENT)
    assert [one.fate for one in posted] == [fate, Fate.WAITING, Fate.WAITING]


def test_letters_are_not_begun_when_the_time_is_up_and_those_begun_are_finished(
    relay: ScriptedRelay, letters, deliver
):
    relay.delay = 0.03
    posted = letters(30)

    assert deliver(posted, seconds=0.4) is None

    begun = len(relay.mails)
    assert 0 < begun < 30
    assert fates(posted) == {Fate.ACCEPTED: begun, Fate.WAITING: 30 - begun}


def test_a_fault_of_our_own_does_not_make_a_mail_that_left_one_that_did_not(
    relay: ScriptedRelay, letters, deliver, monkeypatch
):
    posted = letters(3)

    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("a bug")

    monkeypatch.setattr("subscribers.mailing.smtp.connection.Connection._settle", break_down)
    with pytest.raises(RuntimeError, match="a bug"):
        deliver(posted)

    assert [one.fate for one in posted] == [Fate.UNKNOWN, Fate.WAITING, Fate.WAITING]


def test_bytes_that_the_kernel_did_not_take_have_not_left():
    loop = asyncio.new_event_loop()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    line = wire.Wire(loop, ours)
    content = b"x" * 4_000_000

    line.write(content, b".\r\n")
    assert not line.has_left(len(content) + 3)
    got = 0
    while got < len(content) + 3:
        got += len(theirs.recv(1_000_000))
        loop.call_soon(loop.stop)
        loop.run_forever()
    assert line.has_left(len(content) + 3)

    line.close()
    theirs.close()
    loop.close()
