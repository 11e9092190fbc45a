"""What staff are told of a provider that takes nothing: the same that a claim would be told."""

from datetime import timedelta

import pytest

from subscribers.mailing import outlook
from subscribers.mailing.limits import Reason, today
from subscribers.models import ProviderState
from tests.factories import NOW

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=4)


@pytest.fixture(autouse=True)
def _two(settings):
    settings.EMAIL_PROVIDERS = ["sendgrid", "smtp"]


def _closed(name: str, reason: Reason, until=SOON) -> None:
    ProviderState.objects.create(name=name, closed=reason, not_before=until, reason="Words.")


def test_nothing_is_the_matter_with_providers_that_were_never_used():
    assert outlook.hindrance(now=NOW) is None


def test_one_that_did_not_answer_is_named_with_the_one_that_takes_over():
    _closed("sendgrid", Reason.BREAKER)

    assert outlook.hindrance(now=NOW) == outlook.Hindrance(
        provider="sendgrid", reason=Reason.BREAKER, until=SOON, instead="smtp"
    )


def test_when_none_is_well_the_first_is_named_and_nobody_takes_over():
    _closed("sendgrid", Reason.UNREACHABLE)
    _closed("smtp", Reason.ACCOUNT)

    found = outlook.hindrance(now=NOW)
    assert (found.reason, found.instead) == (Reason.UNREACHABLE, "")


def test_a_limit_is_kept_and_nobody_takes_over():
    ProviderState.objects.create(
        name="sendgrid", daily_cap=100, sent_today=90, day=today(NOW), refilled_at=NOW
    )

    found = outlook.hindrance(now=NOW)
    assert (found.reason, found.instead) == (Reason.OPEN, "")
    assert found.until.hour == 0


def test_asking_takes_nothing():
    ProviderState.objects.create(name="sendgrid", mails_per_second=5, mail_tokens=0)
    before = ProviderState.objects.values().get()

    outlook.hindrance(now=NOW)

    assert ProviderState.objects.values().get() == before
