"""Several connections at a time, for relays that take their time."""

import pytest

from subscribers.mailing.answers import Kind
from subscribers.mailing.smtp import Fate
from tests.relay import Cut, Heard, ScriptedRelay
from tests.subscribers.mailing.smtp.conftest import fates


@pytest.fixture
def many(relay: ScriptedRelay, settings) -> ScriptedRelay:
    settings.EMAIL_URL = f"{relay.url}?connections=8"
    return relay


def test_letters_go_over_all_of_them(many: ScriptedRelay, letters, deliver):
    many.delay = 0.02
    posted = letters(60)

    assert deliver(posted) is None

    assert fates(posted) == {Fate.ACCEPTED: 60}
    assert sorted(many.readers) == sorted(one.recipient.address for one in posted)
    assert {mail.connection for mail in many.mails} == set(range(1, 9))


def test_no_more_are_opened_than_there_are_letters(many: ScriptedRelay, letters, deliver):
    many.delay = 0.02
    deliver(letters(3))

    assert many.connections <= 3


@pytest.mark.parametrize("words", ["421 4.7.0 too many connections", "554 no more of you"])
def test_a_relay_that_takes_fewer_is_used_over_those(many: ScriptedRelay, letters, deliver, words):
    many.delay = 0.01
    many.script = lambda heard: words if heard.verb == "CONNECT" and heard.connection > 3 else None
    posted = letters(60)

    assert deliver(posted) is None
    assert fates(posted) == {Fate.ACCEPTED: 60}
    assert {mail.connection for mail in many.mails} <= {1, 2, 3}


def test_when_one_gets_no_answer_the_others_finish_what_they_have(
    many: ScriptedRelay, letters, deliver
):
    many.delay = 0.01
    seen: list[Heard] = []

    def script(heard: Heard) -> Cut | None:
        if heard.verb == "TEXT":
            seen.append(heard)
            return Cut() if len(seen) == 20 else None
        return None

    many.script = script
    posted = letters(100)

    assert deliver(posted).kind is Kind.UNKNOWN

    found = fates(posted)
    assert found[Fate.UNKNOWN] == 1
    assert found[Fate.ACCEPTED] == len(many.mails) >= 19
    assert found[Fate.WAITING] == 100 - 1 - len(many.mails)
    accepted = [one.recipient.address for one in posted if one.fate is Fate.ACCEPTED]
    assert sorted(accepted) == sorted(many.readers)


def test_when_all_are_refused_in_the_end_it_waits(many: ScriptedRelay, letters, deliver):
    many.delay = 0.005
    seen: list[Heard] = []

    def script(heard: Heard) -> Cut | str | None:
        seen.extend([heard] if heard.verb == "TEXT" else [])
        busy = len(seen) > 30 and heard.verb in {"CONNECT", "MAIL"}
        return Cut(b"421 4.7.0 slow down\r\n") if busy else None

    many.script = script
    posted = letters(100)

    assert deliver(posted).kind is Kind.THROTTLED
    assert fates(posted) == {
        Fate.ACCEPTED: len(many.mails),
        Fate.WAITING: 100 - len(many.mails),
    }
