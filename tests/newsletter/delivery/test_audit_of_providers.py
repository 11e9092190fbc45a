"""Our rows against what the provider took, and who must not have been mailed at all."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from newsletter.delivery import audit, drain
from newsletter.delivery.audit import Record
from newsletter.delivery.exceptions import SENT_AGAIN
from newsletter.models import Batch, Digest, ExceptionChange
from subscribers.models import OutboxMail, Subscriber, Subscription, Suppression
from tests.factories import NOW, make_readers
from tests.newsletter.delivery.broken import found, ids

pytestmark = pytest.mark.django_db


def test_a_reader_in_the_outbox_twice_is_named(sent: Digest):
    mail = OutboxMail.objects.order_by("pk")[0]
    mail.pk = None
    mail.save(force_insert=True)
    assert found(sent) == [("I1", "readers whose mail the provider took more than once")]
    ExceptionChange.objects.create(
        digest_id=sent.pk,
        subscriber_id=mail.subscriber_id,
        new="retry",
        reason=SENT_AGAIN,
        at=NOW,
    )
    assert found(sent) == []


def test_a_reader_whom_the_provider_never_took_is_named(sent: Digest):
    OutboxMail.objects.filter(subscriber_id=ids(sent)[2]).delete()
    violations = audit.audit(digest_id=sent.pk).violations
    assert [(one.invariant, one.ids) for one in violations] == [("I3", (ids(sent)[2],))]


@pytest.mark.parametrize("state", ["pending", "claimed", "failed", "cancelled"])
def test_a_reader_whom_the_provider_took_while_we_say_he_was_not_mailed_is_named(
    sent: Digest, state: str
):
    Digest.objects.filter(pk=sent.pk).update(state="paused")
    Batch.objects.update(state=state, lease_until=NOW)
    assert found(sent) == [
        ("I3", "readers whose mail the provider took, and who are not accepted here")
    ]


@pytest.mark.parametrize("state", ["unknown", "submitting"])
def test_the_provider_may_have_taken_what_is_unknown(sent: Digest, state: str):
    Digest.objects.filter(pk=sent.pk).update(state="paused")
    Batch.objects.update(state=state, lease_until=NOW)
    OutboxMail.objects.filter(subscriber_id=ids(sent)[0]).delete()
    assert found(sent) == []


def test_an_outbox_that_forgot_its_older_part_calls_nobody_missing(sent: Digest, monkeypatch):
    monkeypatch.setattr("subscribers.mailing.outbox.KEPT", 2)
    OutboxMail.objects.order_by("pk")[0].delete()
    assert found(sent) == []
    assert "nobody is called missing" in audit.audit(digest_id=sent.pk).notes[0]


def test_a_record_from_outside_is_compared_by_id_or_address(sent: Digest):
    Batch.objects.update(provider="smtp")
    OutboxMail.objects.all().delete()
    first, second, third = ids(sent)
    address = Subscriber.objects.get(pk=third).address

    assert found(sent) == []
    assert (
        found(sent, Record.read([f"{first}\n", f"{second}\n", "\n", f"{address.upper()}\n"])) == []
    )
    assert [i for i, _ in found(sent, Record.read([str(first), str(second)]))] == ["I3"]
    twice = Record.read([str(first), str(first), str(second), str(third)])
    assert [i for i, _ in found(sent, twice)] == ["I1"]
    strange = Record.read([str(first), str(second), str(third), "nobody@mail.example"])
    assert strange.strangers == [4]
    assert [i for i, _ in found(sent, strange)] == ["I3"]


def leave(one: int, at) -> None:
    Subscription.objects.filter(subscriber_id=one).update(state="ended", ended_at=at)


def suppress(one: int, at) -> None:
    Suppression.objects.create(
        address_hash=Subscriber.objects.get(pk=one).address_hash, reason="manual", created_at=at
    )


def erase(one: int, at) -> None:
    Subscriber.objects.filter(pk=one).update(erased_at=at)


@pytest.mark.parametrize("go", [leave, suppress, erase])
def test_a_reader_mailed_long_after_he_had_gone_is_named(sent: Digest, go: Callable[..., None]):
    Batch.objects.update(submitted_at=NOW)
    gone = ids(sent)[1]
    go(gone, NOW - timedelta(seconds=91))
    violations = audit.audit(digest_id=sent.pk).violations
    assert [(one.invariant, one.ids) for one in violations] == [("I4", (gone,))]


@pytest.mark.parametrize("go", [leave, suppress, erase])
def test_a_reader_who_went_between_claim_and_call_is_not(sent: Digest, go: Callable[..., None]):
    Batch.objects.update(submitted_at=NOW)
    go(ids(sent)[1], NOW - timedelta(seconds=89))
    go(ids(sent)[2], NOW + timedelta(hours=1))
    assert found(sent) == []


def test_a_reader_who_had_gone_and_was_left_out_is_right(newsletter, release):
    one, *_ = make_readers(newsletter, 3)
    digest = release(newsletter)
    leave(one.pk, NOW)
    drain.drain()
    Batch.objects.update(submitted_at=NOW + timedelta(hours=1))
    assert found(digest) == []
