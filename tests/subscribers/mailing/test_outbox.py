"""The outbox answers as a provider does when its database goes away."""

from uuid import uuid4

import pytest
from django.db import OperationalError, connections

from subscribers.mailing import outbox
from subscribers.mailing.answers import Answer, Kind
from subscribers.mailing.messages import Mailing, Recipient
from subscribers.models import OutboxMail
from tests.factories import NOW

pytestmark = pytest.mark.django_db(transaction=True)

MAILING = Mailing(
    subject="Harbour reopens",
    html="<p>@@greeting_html@@</p>",
    text="@@greeting_text@@",
    from_name="The Daymark",
    from_address="briefing@daymark.example",
)


def _record() -> Answer:
    reader = Recipient(subscriber_id=7, address="ada@mail.example", message_id="<1.7@d.example>")
    return outbox.record(mailing=MAILING, recipients=[reader], token=uuid4(), now=NOW)


def test_what_was_not_written_did_not_leave(monkeypatch):
    def locked(*_, **__):
        raise OperationalError("database is locked")

    monkeypatch.setattr(outbox, "_template", locked)

    assert _record().kind is Kind.NOT_SENT
    assert not OutboxMail.objects.exists()


def test_a_commit_without_a_word_is_unknown(monkeypatch):
    database = connections["default"]
    commit = database.commit

    def commit_without_a_word():
        commit()
        raise OperationalError("server closed the connection unexpectedly")

    with monkeypatch.context() as patch:
        patch.setattr(database, "commit", commit_without_a_word)
        assert _record().kind is Kind.UNKNOWN
    assert OutboxMail.objects.count() == 1
