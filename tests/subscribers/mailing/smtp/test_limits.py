"""What a relay says it can carry is obeyed, and what is no address never leaves."""

import pytest

from subscribers.mailing.answers import Kind
from subscribers.mailing.smtp import Fate
from tests.relay import ScriptedRelay
from tests.subscribers.mailing.smtp.conftest import fates


def mail_commands(relay: ScriptedRelay) -> list[str]:
    return [heard.words for heard in relay.heard if heard.verb == "MAIL"]


def test_a_mail_larger_than_the_relay_takes_fails_before_it_leaves(
    relay: ScriptedRelay, letters, deliver
):
    relay.extensions = ["PIPELINING", "SIZE 3000"]
    posted = letters(3)
    posted[1].recipient.values["name"] = "x" * 3_000

    assert deliver(posted) is None

    assert [one.fate for one in posted] == [Fate.ACCEPTED, Fate.FAILED, Fate.ACCEPTED]
    assert posted[1].failure.reason == "too_large"
    assert "the relay takes 3000 at most" in posted[1].failure.detail
    assert relay.verbs().count("MAIL") == 2


def test_the_relay_is_told_how_large_a_mail_is(relay: ScriptedRelay, letters, deliver):
    deliver(letters(1))

    size = len(relay.mails[0].content)
    assert mail_commands(relay) == [f"FROM:<briefing@daymark.example> SIZE={size}"]


@pytest.mark.parametrize("offer", ["SIZE", "SIZE 0"])
def test_a_relay_without_a_limit_takes_any_size(relay: ScriptedRelay, letters, deliver, offer):
    relay.extensions = [offer]

    assert deliver(letters(1)) is None
    assert len(relay.mails) == 1


def test_nothing_is_declared_where_nothing_is_offered(relay: ScriptedRelay, letters, deliver):
    relay.extensions = ["8BITMIME"]
    deliver(letters(1))

    assert mail_commands(relay) == ["FROM:<briefing@daymark.example>"]


def test_a_domain_of_other_letters_goes_in_ascii(relay: ScriptedRelay, letters, deliver):
    deliver(letters(1, domain="bücher.example"))

    assert relay.readers == ["reader1@xn--bcher-kva.example"]


def test_other_letters_before_the_at_go_where_they_are_taken(
    relay: ScriptedRelay, letters, deliver
):
    posted = _with_address(letters(1), "zoë@bücher.example")

    assert deliver(posted) is None
    assert relay.readers == ["zoë@xn--bcher-kva.example"]
    assert mail_commands(relay)[0].endswith(" BODY=8BITMIME SMTPUTF8")
    assert "To: zoë@xn--bcher-kva.example\r\n".encode() in relay.mails[0].content


def test_other_letters_before_the_at_fail_where_they_are_not(
    relay: ScriptedRelay, letters, deliver
):
    relay.extensions.remove("SMTPUTF8")
    posted = _with_address(letters(2), "zoë@mail.example")

    assert deliver(posted) is None
    assert [one.fate for one in posted] == [Fate.FAILED, Fate.ACCEPTED]
    assert posted[0].failure.reason == "bad_address"
    assert "SMTPUTF8" in posted[0].failure.detail


@pytest.mark.parametrize(
    "address", ["no address", "a@b.example>\r\nRCPT TO:<c@d.example", "a@b.example\r\nDATA"]
)
def test_what_is_no_address_puts_nothing_on_the_wire(
    relay: ScriptedRelay, letters, deliver, address
):
    posted = _with_address(letters(2), address)

    assert deliver(posted) is None
    assert fates(posted) == {Fate.FAILED: 1, Fate.ACCEPTED: 1}
    assert relay.verbs()[2:] == ["MAIL", "RCPT", "DATA", "TEXT"]


def test_a_relay_that_never_greets_is_not_waited_for(
    relay: ScriptedRelay, letters, deliver, monkeypatch
):
    monkeypatch.setattr("subscribers.mailing.smtp.opening.READY_TIMEOUT", 0.2)
    relay.delay = 5.0

    assert deliver(letters(1)).kind is Kind.NOT_SENT


def test_a_relay_that_is_not_there(settings, letters, deliver):
    settings.EMAIL_URL = "smtp://127.0.0.1:9"
    assert deliver(letters(1)).kind is Kind.NOT_SENT


def test_a_relay_whose_name_leads_nowhere(settings, letters, deliver):
    settings.EMAIL_URL = "smtp://relay.invalid"
    assert deliver(letters(1)).kind is Kind.NOT_SENT


def _with_address(posted, address):
    """The first letter goes to `address`."""
    object.__setattr__(posted[0].recipient, "address", address)
    return posted
