"""A call is never larger than the provider takes."""

from dataclasses import replace

import pytest

from subscribers.mailing.answers import Kind
from subscribers.mailing.api import calls
from subscribers.mailing.providers import PROVIDERS, Shape
from tests.subscribers.mailing.api.conftest import (
    NAMES,
    TOKEN,
    Desk,
    make_mailing,
    make_recipients,
)


def fits(provider, readers, mailing=None) -> int:
    return calls.fits(provider=provider, mailing=mailing or make_mailing(), recipients=readers)


@pytest.mark.parametrize("name", NAMES)
def test_as_many_fit_as_one_claim_may_hold(open_desk, name: str):
    desk = open_desk(name)
    size = desk.provider.batch_size

    assert fits(desk.provider, make_recipients(3)) == 3
    assert fits(desk.provider, make_recipients(size + 1)) == size


def test_what_fits_is_within_the_limit_to_the_byte(merging_desk: Desk):
    tight = replace(merging_desk.provider, most_bytes=12_000)
    readers = make_recipients(200, greeting_html='"\\ü"' * 20)

    count = fits(tight, readers)

    assert 1 <= count < 200

    def size(readers) -> int:
        merging_desk.server.calls.clear()
        merging_desk.send(make_mailing(), readers)
        return len(merging_desk.server.calls[0].body)

    assert size(readers[:count]) <= 12_000
    assert size(readers[: count + 2]) > 12_000


def test_one_always_fits(merging_desk: Desk):
    tight = replace(merging_desk.provider, most_bytes=10)

    assert fits(tight, make_recipients(3)) == 1


def test_a_mailing_that_cannot_be_written_is_no_matter_of_size(open_desk):
    desk = open_desk("sendgrid")

    assert fits(desk.provider, make_recipients(3), make_mailing(from_address="none")) == 3


def test_a_reader_with_more_than_sendgrid_takes_fails_alone(open_desk):
    desk = open_desk("sendgrid")
    readers = [*make_recipients(2), *make_recipients(3, greeting_html="x" * 10_001)[2:]]

    answer = calls.send(
        provider=desk.provider, mailing=make_mailing(), recipients=readers, token=TOKEN
    )

    assert answer.kind is Kind.REFUSED
    assert {one: said.reason for one, said in answer.failed.items()} == {3: "too_large"}
    assert not desk.server.calls


def test_the_table_holds_what_the_code_needs():
    for provider in PROVIDERS.values():
        one_by_one = provider.shape is Shape.ONE_BY_ONE
        assert provider.batch_size <= (200 if one_by_one else 1_000)
        assert not (one_by_one and provider.accepts_whole)
        assert not provider.key_life or one_by_one


def test_a_sender_that_is_none_is_refused_before_a_call(desk: Desk):
    answer = calls.send(
        provider=desk.provider,
        mailing=make_mailing(from_address="not an address"),
        recipients=make_recipients(1),
        token=TOKEN,
    )

    assert answer.kind is Kind.REFUSED
    assert not desk.server.calls


@pytest.mark.parametrize("name", NAMES)
def test_an_account_without_its_key_is_the_accounts_fault(open_desk, settings, monkeypatch, name):
    desk = open_desk(name)
    settings.ANYMAIL = {}
    for variable in ("AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_REGION"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nowhere")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")

    assert desk.send_one().kind is Kind.ACCOUNT
