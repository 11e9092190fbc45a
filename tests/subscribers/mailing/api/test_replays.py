"""The same claim sent twice is the same to the byte, so that a key can settle an unknown."""

import time
from uuid import UUID

import pytest

from subscribers.mailing.answers import Kind
from subscribers.mailing.api import calls
from subscribers.mailing.providers import PROVIDERS
from tests.subscribers.mailing.api.conftest import TOKEN, Desk, make_mailing, make_recipients

OTHER = UUID("00000000-0000-4000-8000-000000000001")
KEYED = sorted(name for name, provider in PROVIDERS.items() if provider.key_life)


def test_a_replay_is_the_same_to_the_byte(desk: Desk, monkeypatch):
    desk.send(make_mailing(), make_recipients(2))
    first = list(desk.server.calls)
    calls._written.cache_clear()
    monkeypatch.setattr(time, "time", lambda: 0.0)

    desk.send(make_mailing(), make_recipients(2))

    again = desk.server.calls[len(first) :]
    assert [call.body for call in again] == [call.body for call in first]
    assert [call.path for call in again] == [call.path for call in first]
    keys = [call.headers["Idempotency-Key"] for call in first]
    assert [call.headers["Idempotency-Key"] for call in again] == keys


@pytest.mark.parametrize(("name", "key"), [("resend", "header"), ("brevo", "body")])
def test_each_reader_of_each_claim_has_a_key_of_his_own(open_desk, name: str, key: str):
    desk = open_desk(name)
    readers = make_recipients(2)
    desk.send(make_mailing(), readers)
    calls.send(provider=desk.provider, mailing=make_mailing(), recipients=readers[:1], token=OTHER)

    keys = [
        call.headers["Idempotency-Key"]
        if key == "header"
        else call.json["headers"]["idempotencyKey"]
        for call in desk.server.calls
    ]
    assert len(set(keys)) == 3


def test_a_key_that_was_used_is_answered_like_the_first_time(open_desk):
    desk = open_desk("resend")
    seen: dict[str, bytes] = {}

    def say(call):
        first = seen.setdefault(call.headers["Idempotency-Key"], call.body)
        if first != call.body:
            return 409, '{"name": "invalid_idempotent_request"}'
        return 200, '{"id": "the first"}'

    desk.server.say = say

    assert desk.send(make_mailing(), make_recipients(1))[0].kind is Kind.ACCEPTED
    assert desk.send(make_mailing(), make_recipients(1))[0].kind is Kind.ACCEPTED
    (other,) = desk.send(make_mailing(text="Other words."), make_recipients(1))
    assert other.kind is Kind.UNKNOWN, "never accepted: nobody knows what became of the first"


def hashed(name: str, *, mailing=None, readers=None, token: UUID = TOKEN) -> str:
    return calls.payload_hash(
        provider=PROVIDERS[name],
        mailing=mailing or make_mailing(),
        recipients=readers or make_recipients(2),
        token=token,
    )


@pytest.mark.parametrize("name", KEYED)
def test_a_hash_tells_one_payload_from_another(open_desk, settings, name: str):
    open_desk(name)
    same = hashed(name)

    assert hashed(name) == same
    others = [
        hashed(name, mailing=make_mailing(html="<p>@@greeting_html@@!</p>")),
        hashed(name, mailing=make_mailing(headers={})),
        hashed(name, mailing=make_mailing(from_name="Another")),
        hashed(name, readers=make_recipients(1)),
        hashed(name, readers=make_recipients(2, greeting_text="Hello.")),
        hashed(name, token=OTHER),
    ]
    settings.ANYMAIL = settings.ANYMAIL | {f"{name.upper()}_API_URL": "http://127.0.0.1:9/"}
    others.append(hashed(name))
    assert len({same, *others}) == len(others) + 1
    assert not any(len(one) != 64 for one in [same, *others])


def test_without_keys_there_is_no_hash(open_desk):
    open_desk("sendgrid")

    assert KEYED == ["brevo", "resend"]
    assert hashed("sendgrid") == ""


def test_a_mailing_that_cannot_be_written_has_no_hash(open_desk):
    open_desk("resend")

    assert hashed("resend", mailing=make_mailing(from_address="none")) == ""
