"""Letters in a row over one connection, with PIPELINING and without."""

import pytest

from subscribers.mailing.answers import Kind
from subscribers.mailing.smtp import Fate
from tests.relay import Heard, ScriptedRelay
from tests.subscribers.mailing.smtp.conftest import fates

ANNOUNCED = ["MAIL", "RCPT", "DATA", "TEXT"]
both = pytest.mark.parametrize("pipelined", [True, False], ids=["pipelined", "step by step"])


def to(number: int, verb: str, said: str):
    """A script that answers one reader's step so."""

    def script(heard: Heard) -> str | None:
        mine = f"reader{number}@" in heard.words
        return said if mine and heard.verb == verb else None

    return script


def without_pipelining(relay: ScriptedRelay) -> None:
    relay.extensions.remove("PIPELINING")


@both
def test_each_reader_gets_his_own_letter(relay: ScriptedRelay, letters, deliver, pipelined):
    if not pipelined:
        without_pipelining(relay)
    posted = letters(30)

    assert deliver(posted) is None

    assert fates(posted) == {Fate.ACCEPTED: 30}
    assert relay.readers == [one.recipient.address for one in posted]
    for number, mail in enumerate(relay.mails, 1):
        assert mail.sender == "briefing@daymark.example"
        assert b"Reader %d=" % number in mail.content
        assert b"To: reader%d@mail.example\r\n" % number in mail.content
    assert relay.verbs() == ["CONNECT", "EHLO", *ANNOUNCED * 30]


def test_the_commands_of_a_letter_leave_together(relay: ScriptedRelay, letters, deliver):
    deliver(letters(20))

    # Behind MAIL and RCPT the next command was there already.
    assert relay.hasty == 2 * 20


def test_without_pipelining_each_command_waits_for_an_answer(
    relay: ScriptedRelay, letters, deliver
):
    without_pipelining(relay)
    relay.script = to(3, "RCPT", "550 5.1.1 no such user")

    deliver(letters(20))

    assert relay.hasty == 0
    assert len(relay.mails) == 19


@both
@pytest.mark.parametrize(
    ("said", "fate", "suppress"),
    [
        ("550 5.1.1 no such user", Fate.FAILED, True),
        ("554 5.7.1 policy", Fate.FAILED, False),
        ("452 4.2.2 mailbox full", Fate.RETRY, False),
    ],
)
def test_a_refused_reader_is_refused_alone(
    relay: ScriptedRelay, letters, deliver, said, fate, suppress, pipelined
):
    if not pipelined:
        without_pipelining(relay)
    relay.script = to(2, "RCPT", said)
    posted = letters(4)

    assert deliver(posted) is None

    assert fates(posted) == {Fate.ACCEPTED: 3, fate: 1}
    assert posted[1].fate is fate
    assert (posted[1].failure.detail, posted[1].failure.suppress) == (said, suppress)
    assert relay.readers == [posted[index].recipient.address for index in (0, 2, 3)]


@both
@pytest.mark.parametrize("verb", ["DATA", "TEXT"])
@pytest.mark.parametrize(
    ("said", "fate"), [("554 5.1.1 spam", Fate.FAILED), ("451 4.3.0 later", Fate.RETRY)]
)
def test_a_letter_refused_after_its_reader_was_taken_never_speaks_of_the_mailbox(
    relay: ScriptedRelay, letters, deliver, verb, said, fate, pipelined
):
    if not pipelined:
        without_pipelining(relay)
    seen: list[str] = []

    def script(heard: Heard) -> str | None:
        if heard.verb == verb:
            seen.append(verb)
            return said if len(seen) == 2 else None
        return None

    relay.script = script
    posted = letters(4)

    assert deliver(posted) is None

    assert fates(posted) == {Fate.ACCEPTED: 3, fate: 1}
    assert not posted[1].failure.suppress
    assert len(relay.mails) == 3


def test_a_text_that_is_waited_for_in_vain_is_ended_by_a_lone_dot(
    relay: ScriptedRelay, letters, deliver
):
    """RFC 2920 section 3.1: a relay may say 354 although it refused every reader."""
    refused = to(2, "RCPT", "550 5.1.1 no such user")

    def script(heard: Heard) -> str | None:
        return "354 go ahead" if heard.verb == "DATA" else refused(heard)

    relay.script = script
    posted = letters(3)

    assert deliver(posted) is None

    assert fates(posted) == {Fate.ACCEPTED: 2, Fate.FAILED: 1}
    assert len(relay.mails) == 2
    assert relay.verbs().count("TEXT") == 3
    assert "RSET" not in relay.verbs()


def test_a_transaction_that_was_refused_is_reset_before_the_next(
    relay: ScriptedRelay, letters, deliver
):
    relay.script = to(1, "RCPT", "550 5.1.1 no such user")

    deliver(letters(2))

    assert relay.verbs()[2:] == ["MAIL", "RCPT", "DATA", "RSET", *ANNOUNCED]


def test_all_may_be_refused(relay: ScriptedRelay, letters, deliver):
    relay.script = lambda heard: "550 5.1.1 nobody" if heard.verb == "RCPT" else None
    posted = letters(50)

    assert deliver(posted) is None
    assert fates(posted) == {Fate.FAILED: 50}
    assert relay.connections == 1


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ("451 4.7.1 not now", Kind.THROTTLED),
        ("421 4.3.2 too busy", Kind.THROTTLED),
        ("550 5.7.1 not this sender", Kind.REFUSED),
        ("what?", Kind.NOT_SENT),
    ],
)
def test_a_sender_that_is_not_taken_ends_it_for_all(
    relay: ScriptedRelay, letters, deliver, said, kind
):
    relay.script = lambda heard: said if heard.verb == "MAIL" else None
    posted = letters(3)

    answer = deliver(posted)

    assert answer.kind is kind
    assert fates(posted) == {Fate.WAITING: 3}
    assert relay.mails == []


def test_a_letter_without_a_value_of_the_mailing_is_nobodys_fault(
    relay: ScriptedRelay, letters, deliver
):
    posted = letters(2)
    posted[1].recipient.values.clear()

    assert deliver(posted).kind is Kind.REFUSED
    assert fates(posted) == {Fate.ACCEPTED: 1, Fate.WAITING: 1}
