"""Connections are kept from batch to batch, and cost nobody anything when they are gone."""

import os
import time

from subscribers.mailing.smtp import Fate, exchange, kept
from tests.relay import Cut, Heard, ScriptedRelay
from tests.servers import wait_for
from tests.subscribers.mailing.smtp.conftest import fates


def test_the_next_batch_goes_over_the_same_connection(relay: ScriptedRelay, letters, deliver):
    deliver(letters(3))
    deliver(letters(3))

    assert len(relay.mails) == 6
    assert relay.connections == 1


def test_one_that_the_relay_closed_meanwhile_is_replaced(relay: ScriptedRelay, letters, deliver):
    """Some say 421 before they hang up an idle connection, some just hang up."""
    for words in (b"", b"421 4.4.2 idle too long\r\n"):
        relay.script = lambda heard, words=words: (
            Cut(b"250 2.0.0 taken\r\n" + words) if heard.verb == "TEXT" else None
        )
        last = letters(1)
        assert deliver(last) is None
        assert fates(last) == {Fate.ACCEPTED: 1}
        relay.script = lambda heard: None
        wait_for(lambda: relay.open == 0, seconds=5, what="the relay to hang up")

        posted = letters(3)
        assert deliver(posted) is None
        assert fates(posted) == {Fate.ACCEPTED: 3}


def test_one_that_the_relay_closes_as_it_is_used_again_is_replaced(
    relay: ScriptedRelay, letters, deliver
):
    deliver(letters(1))

    def script(heard: Heard) -> Cut | None:
        return Cut(rudely=True) if heard.connection == 1 and heard.verb == "MAIL" else None

    relay.script = script
    posted = letters(3)

    assert deliver(posted) is None
    assert fates(posted) == {Fate.ACCEPTED: 3}
    assert relay.connections == 2


def test_one_that_was_idle_for_long_is_not_trusted(
    relay: ScriptedRelay, letters, deliver, monkeypatch
):
    deliver(letters(1))
    monkeypatch.setattr(exchange, "KEPT", 0.0)
    time.sleep(0.01)
    deliver(letters(1))

    assert relay.connections == 2
    wait_for(lambda: "QUIT" in relay.verbs(), seconds=5, what="the goodbye")


def test_another_relay_is_called_anew(relay: ScriptedRelay, letters, deliver, settings):
    deliver(letters(1))
    settings.EMAIL_URL = f"{relay.url}?connections=2"
    deliver(letters(1))

    assert relay.connections == 2


def test_a_child_process_leaves_its_parents_connections_alone(
    relay: ScriptedRelay, letters, deliver
):
    deliver(letters(1))
    child = os.fork()
    if child == 0:
        posted = letters(2)
        try:
            deliver(posted)
        finally:
            os._exit(0 if fates(posted) == {Fate.ACCEPTED: 2} else 1)
    _, status = os.waitpid(child, 0)

    assert os.waitstatus_to_exitcode(status) == 0
    deliver(letters(1))
    assert len(relay.mails) == 4
    assert relay.connections == 2
    assert relay.verbs(of=1).count("MAIL") == 2


def test_it_is_given_up_when_its_user_fails(relay: ScriptedRelay, letters):
    try:
        with kept.connected(seconds=5) as one:
            one.add(letters(1))
            raise SystemExit
    except SystemExit:
        pass

    assert kept._kept is None
