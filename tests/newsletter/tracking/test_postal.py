"""Postal: one tag for all that is sent along, and a refusal that must say why."""

import pytest
from anymail.signals import AnymailTrackingEvent, EventType

from newsletter.tracking import reports
from newsletter.tracking.severity import Verdict
from tests.newsletter.tracking.payloads import AT

TOKEN = "6b1f6c3e-0f4c-4a58-9a5c-3b1a1b2c3d4e"


def report(kind: str, payload: dict[str, str], tag: str = f"digest:12/{TOKEN}/7"):
    event = AnymailTrackingEvent(
        event_type=kind,
        timestamp=AT,
        esp_event={"payload": payload},
        mta_response=payload.get("output"),
        metadata=None,
        recipient="reader@mail.example",
        tags=[tag, None],
    )
    return reports.from_event(provider="postal", event=event, received_at=AT)


@pytest.mark.parametrize(
    ("kind", "payload", "verdict"),
    [
        (EventType.DELIVERED, {"status": "Sent"}, Verdict.TAKEN),
        (EventType.FAILED, {"status": "HardFail", "output": "550 5.1.1 unknown"}, Verdict.HARD),
        (EventType.BOUNCED, {"bounce": "..."}, Verdict.SOFT),
    ],
)
def test_its_one_tag_says_whose_mail_it_was(kind, payload, verdict):
    found = report(kind, payload)

    assert found.verdict == verdict
    assert (found.digest_id, found.subscriber_id, str(found.token)) == (12, 7, TOKEN)
    assert found.address_hash == ""


def test_a_refusal_that_does_not_name_the_mailbox_suppresses_nobody():
    assert report(EventType.FAILED, {"status": "HardFail", "output": "550 5.7.1 spam"}) is None
    assert report(EventType.FAILED, {"status": "HardFail"}) is None


def test_a_tag_of_somebody_elses_names_nobody():
    found = report(EventType.BOUNCED, {"bounce": "..."}, tag="a/b/c")

    assert (found.digest_id, found.subscriber_id, found.token) == (None, None, None)
    assert found.address_hash != ""
