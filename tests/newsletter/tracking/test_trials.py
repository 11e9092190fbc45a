"""Reports of the mails by which `doctor` tries the way: told to it, and kept nowhere."""

from uuid import UUID

import pytest

from newsletter.models import ReaderReport, ReportPost
from newsletter.tracking import trials
from subscribers.models import Suppression
from tests.newsletter.tracking.payloads import PROVIDERS

pytestmark = pytest.mark.django_db

TOKEN = UUID("6b1f6c3e-0f4c-4a58-9a5c-3b1a1b2c3d4e")
TO = "me@mail.example"


@pytest.fixture
def along():
    """What goes along with such a mail: no reader."""
    return {"source": trials.source(token=TOKEN), "token": str(TOKEN), "subscriber": ""}


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_what_becomes_of_it_is_told_whoever_reports_it(provider, hook, along):
    assert trials.reported(source=along["source"]) is None

    assert hook(provider, PROVIDERS[provider]("delivered", TO, along)).status_code == 200

    word, _ = trials.reported(source=along["source"])
    # Mandrill knows no other word.
    assert word == ("sent" if provider == "mandrill" else "delivered")
    assert not ReportPost.objects.exists()


def test_a_bounce_of_it_is_told_and_suppresses_nobody(hook, apply, along):
    hook("sendgrid", PROVIDERS["sendgrid"]("hard", TO, along))
    apply()

    word, detail = trials.reported(source=along["source"])
    assert word == "bounced"
    assert TO not in detail
    assert not ReaderReport.objects.exists()
    assert not Suppression.objects.exists()


def test_delivered_outweighs_that_it_was_deferred(hook, along):
    for what in ("delivered", "soft"):
        hook("mailgun", PROVIDERS["mailgun"](what, TO, along))

    assert trials.reported(source=along["source"])[0] == "delivered"
