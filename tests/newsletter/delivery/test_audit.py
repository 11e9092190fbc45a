"""Each invariant, broken by hand in the rows: the audit names it and the ids."""

from collections import Counter
from uuid import uuid4

import pytest
from django.db import connection

from newsletter.delivery import audit, counts
from newsletter.delivery.exceptions import SENT_AGAIN
from newsletter.models import (
    Attempt,
    Batch,
    Delivery,
    DeliveryException,
    Digest,
    ExceptionChange,
)
from tests.factories import NOW, make_digest, make_reader, make_readers, make_revision
from tests.newsletter.delivery.broken import differ, found, ids

pytestmark = pytest.mark.django_db


def test_what_was_sent_as_it_should_be_has_no_violation(sent: Digest):
    assert found(sent) == []
    assert audit.audit(digest_id=sent.pk).states == {"accepted": 3}


def test_what_waits_has_no_violation(pending: Digest):
    assert found(pending) == []
    assert audit.audit(digest_id=pending.pk).states == {"pending": 4}


def test_a_reader_in_a_gap_between_batches_is_named(pending: Digest):
    batch = Batch.objects.get()
    first, second, *_ = ids(pending)
    Batch.objects.filter(pk=batch.pk).update(low=first, size=3)

    violations = audit.audit(digest_id=pending.pk).violations

    assert ("I2", "readers whom no batch holds") in found(pending)
    assert violations[0].ids == (first,)
    Batch.objects.filter(pk=batch.pk).update(low=0, high=second, size=2)
    assert audit.audit(digest_id=pending.pk).violations[0].ids == tuple(ids(pending)[2:])


def test_a_lane_without_a_batch_is_named(pending: Digest):
    Delivery.objects.filter(digest=pending, subscriber_id=ids(pending)[0]).update(lane=1)
    assert ("I2", "readers whom no batch holds") in found(pending)
    assert ("I2", "batches with another size than their range has readers") in found(pending)


def test_a_batch_that_waits_for_a_lane_that_is_not_there_is_named(pending: Digest):
    pending.lanes.all().delete()
    assert found(pending) == [
        ("I2", "batches of a lane that is not there, so that they wait for ever")
    ]


def test_two_batches_that_hold_the_same_reader_are_named(pending: Digest):
    other = Batch.objects.create(
        digest=pending, low=ids(pending)[0], high=ids(pending)[-1], size=3, state="pending"
    )
    assert ("I2", "batches that hold readers of another batch") in found(pending)
    assert audit.audit(digest_id=pending.pk).violations[0].ids == (other.pk,)


def test_a_reader_written_after_the_audience_was_frozen_is_named(pending: Digest):
    late = make_reader(pending.newsletter)
    Digest.objects.filter(pk=pending.pk).update(prepared_to=late.pk - 1)
    Delivery.objects.create(digest=pending, subscriber_id=late.pk)

    assert {what for _, what in found(pending)} >= {
        "readers above what was prepared",
        "mails whose audience is not the number of their readers",
        "readers whom no batch holds",
    }


def test_a_reader_taken_out_of_the_frozen_audience_is_missed(sent: Digest):
    Delivery.objects.filter(digest=sent, subscriber_id=ids(sent)[1]).delete()
    whats = {what for _, what in found(sent)}
    assert "mails whose states add up to 2 of 3" in whats
    assert "mails whose audience is not the number of their readers" in whats
    assert ("I3", "readers whose mail the provider took, and who are not accepted here") in found(
        sent
    )


def split(digest: Digest, *highs: int) -> Batch:
    """The digest's one batch, split by hand after each of `highs`."""
    whole = Batch.objects.get()
    Batch.objects.filter(pk=whole.pk).update(state="split")
    low = whole.low
    for high in highs:
        held = Delivery.objects.filter(subscriber_id__gt=low, subscriber_id__lte=high).count()
        Batch.objects.create(digest=digest, low=low, high=high, size=held, parent=whole)
        low = high
    return whole


def test_parts_that_cover_a_split_batch_are_right(pending: Digest):
    first, _, third, last = ids(pending)
    split(pending, first, third, last)
    assert found(pending) == []


def test_a_split_batch_that_lost_a_part_is_named(pending: Digest):
    first, _, third, last = ids(pending)
    split(pending, first, third, last)
    for lost in list(Batch.objects.exclude(state="split")):
        Batch.objects.filter(pk=lost.pk).delete()
        assert ("I2", "split batches whose parts do not cover them exactly") in found(pending)
        lost.save(force_insert=True)
    Batch.objects.exclude(state="split").delete()
    assert ("I2", "split batches whose parts do not cover them exactly") in found(pending)


def test_an_exception_for_somebody_outside_of_the_audience_is_named(sent: Digest):
    stranger = make_reader()
    differ(sent, stranger.pk, "left")
    assert ("I2", "readers with an exception who are not in the audience") in found(sent)


@pytest.mark.parametrize("state", ["accepted", "split", "cancelled", "failed"])
def test_a_reader_to_be_tried_again_by_nobody_is_named(pending: Digest, state: str):
    closed = Batch.objects.create(digest=pending, size=1, state=state)
    differ(pending, ids(pending)[0], "retry", follow_up=closed)
    assert ("I2", "readers to be tried again whom no open follow-up carries") in found(pending)


def test_a_reader_who_waits_for_a_follow_up_is_right(pending: Digest):
    follow_up = Batch.objects.create(digest=pending, size=1)
    differ(pending, ids(pending)[0], "retry", follow_up=follow_up)
    assert found(pending) == []
    assert audit.audit(digest_id=pending.pk).states == {"pending": 3, "retry": 1}


def test_a_follow_up_that_carries_nobody_is_named(pending: Digest):
    Batch.objects.create(digest=pending, size=1)
    assert found(pending) == [("I2", "open follow-ups that carry nobody")]


def test_a_state_that_was_never_logged_is_named(pending: Digest):
    one = differ(pending, ids(pending)[0], "left")
    DeliveryException.objects.filter(pk=one.pk).update(state="failed")
    assert found(pending) == [("I2", "readers whose state is not the last one that was logged")]


def accept_again(digest: Digest, one: int, *, reason: str) -> None:
    differ(digest, one, "accepted")
    for new, why in (("retry", reason), ("accepted", "")):
        ExceptionChange.objects.create(
            digest_id=digest.pk, subscriber_id=one, old="accepted", new=new, reason=why, at=NOW
        )


def test_a_reader_accepted_twice_is_named_unless_staff_sent_it_again(sent: Digest):
    first, second, _ = ids(sent)
    accept_again(sent, first, reason=SENT_AGAIN)
    assert found(sent) == []
    accept_again(sent, second, reason="try_later")
    assert found(sent) == [("I1", "readers accepted more than once without a word of staff")]


def test_a_batch_handed_over_without_a_revision_of_its_mail_is_named(sent: Digest):
    what = ("I7", "batches handed over without a revision of their mail")
    Batch.objects.update(revision=None)
    assert what in found(sent)
    Batch.objects.update(revision=make_revision(make_digest()))
    assert what in found(sent)


def test_an_attempt_with_the_words_of_another_mail_is_named(sent: Digest):
    Attempt.objects.create(
        batch=Batch.objects.get(),
        token=uuid4(),
        provider="outbox",
        revision=make_revision(make_digest()),
        outcome="unknown",
        at=NOW,
    )
    assert found(sent) == [("I7", "attempts without a revision of their mail")]


def test_a_mail_called_sent_with_something_open_is_named(pending: Digest):
    Digest.objects.filter(pk=pending.pk).update(state="sent")
    assert found(pending) == [("I8", "open batches of a mail that is called sent")]


def test_a_mail_called_sent_with_somebody_to_be_tried_again_is_named(sent: Digest):
    follow_up = Batch.objects.create(digest=sent, size=1, state="accepted")
    differ(sent, ids(sent)[0], "retry", follow_up=follow_up)
    assert ("I8", "readers to be tried again in a mail that is called sent") in found(sent)


def test_a_mail_called_sent_before_it_was_prepared_is_named(sent: Digest):
    Digest.objects.filter(pk=sent.pk).update(prepared_at=None)
    assert found(sent) == [("I8", "mails called sent before all was prepared")]


def test_shown_counts_that_differ_from_the_rows_are_named(sent: Digest, monkeypatch):
    wrong = {sent.pk: counts.Counts(audience=3, accepted=2, failed=1)}
    monkeypatch.setattr("newsletter.delivery.audit.checking.counts", lambda **_: wrong)
    assert [invariant for invariant, _ in found(sent)] == ["I5"]


def test_two_mails_for_one_occurrence_are_named(sent: Digest):
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX one_digest_per_occurrence")
    assert audit.repeated_occurrences() == []
    other = make_digest(sent.newsletter)
    assert [one.digest_id for one in audit.repeated_occurrences()] == [sent.pk, other.pk]
    Digest.objects.filter(pk=other.pk).update(state="cancelled")
    assert audit.repeated_occurrences() == []


def test_a_violation_names_the_first_ids_and_counts_all(newsletter, release):
    make_readers(newsletter, 30)
    digest = release(newsletter)
    Batch.objects.all().delete()
    (violation, *_) = audit.audit(digest_id=digest.pk).violations
    assert violation.count == 30
    assert violation.ids == tuple(ids(digest)[:20])
    assert str(violation).endswith(" ...)")
    assert Counter(audit.audit(digest_id=digest.pk).states) == {}
